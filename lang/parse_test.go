package lang

import "testing"

func TestOneLiner(t *testing.T) {
	f, ds := Parse(Source{Name: "x.eda", Text: `on "/client/load/*" when avg(cur_load, 10s) > 20 do fire "/reconfig/lb"`})
	if len(ds) > 0 {
		t.Fatal(ds[0].Message, ds[0].Primary.Span)
	}
	t.Logf("%#v", f.Decls[0])
}
