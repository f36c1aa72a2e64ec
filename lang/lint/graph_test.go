package lint

import (
	"slices"
	"strings"
	"testing"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/tag"
)

// found lists what linting a text finds, as CODE:the text it points at.
func found(t *testing.T, text string, s Settings) (all lang.Diagnostics, short []string) {
	t.Helper()
	env, err := lang.NewEnv(nil)
	if err != nil {
		t.Fatal(err)
	}
	all = Program([]lang.Source{{Name: "rules.eda", Text: text}}, env, s).Findings
	for _, d := range all {
		short = append(short, d.Code.String()+":"+text[d.Primary.Span.Start:d.Primary.Span.End])
	}
	return all, short
}

func patterns(t *testing.T, texts ...string) []tag.Pattern {
	t.Helper()
	var out []tag.Pattern
	for _, text := range texts {
		p, err := tag.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

// Where the settings say who takes and who sends what, all else is a warning.
func TestOutsideTags(t *testing.T) {
	text := `action page(text: string) to "/act/page"
rule a on "/in/{x}" do fire "/out/{x}", fire "/lost/{x}", page(x)
rule b on "/stray/{x}" do log "{x}"`
	all, short := found(t, text, Settings{Outputs: patterns(t, "/out/*"), Inputs: patterns(t, "/in/**")})
	if want := []string{`EDA0605:"/act/page"`, `EDA0605:"/lost/{x}"`, `EDA0637:"/stray/{x}"`}; !slices.Equal(short, want) {
		t.Errorf("found %q, want %q", short, want)
	}
	for _, d := range all {
		if d.Severity != lang.Warning {
			t.Errorf("%s is a %s", d.Code, d.Severity)
		}
	}
	if _, short := found(t, text, Settings{Outputs: patterns(t, "/**"), Inputs: patterns(t, "/**")}); len(short) > 0 {
		t.Errorf("with all outside found %q", short)
	}
}

func TestMostActs(t *testing.T) {
	text := `on "/a" do fire "/b", fire "/c"
on "/b" do log "b"
on "/c" do fire "/d"
on "/d" do log "d"`
	for most, want := range map[int]bool{1: true, 2: true, 3: false, 0: false} {
		_, short := found(t, text, Settings{MostActs: most})
		if got := slices.Contains(short, `EDA0608:"/a"`); got != want {
			t.Errorf("of at most %d acts found %q", most, short)
		}
	}
}

// Tags that are alike by chance are no slips.
func TestAlikeTags(t *testing.T) {
	for _, pair := range [][2]string{
		{"/act/page", "/ack/page"}, {"/lb/drain/{host}", "/lb/drained/{host}"}, {"/zone/1", "/zone/2"}, {"/svc10/down", "/svc11/down"},
		{"/door/open", "/door/opened"}, {"/up/{host}", "/ups/{host}"}, {"/mode/night", "/mode/light"}, {"/a/b", "/a/c"},
		{"/{x}/load", "/{x}/loan"}, {"/cpu/user", "/cpu/used"}, {"/alert/{host}", "/alert/{host}/ack"}, {"/backup/start", "/backup/stop"},
	} {
		text := `rule a on "/in/{x}/{host}" do fire "` + pair[0] + `"
rule b on "` + pair[1] + `" do log "b"
rule c on "` + strings.ReplaceAll(pair[0], "{x}", "*") + `" do log "c"`
		for _, text := range []string{text, text[:strings.LastIndex(text, "\nrule c")]} {
			if all, short := found(t, text, Settings{}); slices.ContainsFunc(all, func(d lang.Diag) bool { return d.Severity != lang.Hint }) {
				t.Errorf("%s found %q", text, short)
			}
		}
	}
}

// A slip is reported at the side that is wrong, once.
func TestSlips(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`rule a on "/x" do fire "/queue/flush"
rule b on "/queue/fluhs" do log "b"`, `EDA0202:"/queue/flush"`},
		{`rule down on "/x" do fire "/alert/down"
rule b on "/alert/dwon" do log "b"`, `EDA0202:"/alert/dwon"`},
		{`rule a on "/x" do fire "/queue/flush"
rule b on "/queue/flush" do log "b"
rule c on "/quuee/flush" do log "c"`, `EDA0202:"/quuee/flush"`},
		{`rule a on "/client/load/*" where l > 1 do log "a"
rule b on "/client/load/{h}" where l > 2 do log "b"
rule c on "/client/laod/{h}" where l > 3 do log "c"`, `EDA0202:"/client/laod/{h}"`},
		{`rule a on "/client/load" do log "a"
rule b on "client/load" do log "b"`, `EDA0202:"client/load"`},
		{`rule a on "/job/{id}/start" then "/job/{id}/finsh" within 1h do log "{id}"
rule b on "/job/{id}/finish" where code != 0 do log "{id}"
rule c on "/job/{id}/finish" do log "done"`, `EDA0202:"/job/{id}/finsh"`},
		{`action page(text: string) to "/act/page"
on "/down/{host}" do fire "/act/pgae" { text: host }`, `EDA0202:"/act/pgae"`},
		{`rule a on "/x" do fire "/queue/flush" { severity: 1 }
rule b on "/queue/flush" where severty > 1 do log "b"`, `EDA0636:severty`},
		{`rule a on "/x" do fire "/queue/flush" { severty: 1 }
rule b on "/queue/flush" where severity > 1 do log "b"`, `EDA0636:severty`},
		{`state tries: int by name = 0
on "/svc/{name}/died" do set tries = tries + 1
on "/svc/{name}/died" where tris == 3 do log "{name}"`, `EDA0205:tris`},
		{`rule a on "/x" do fire "/queue/flush" { host: "a" }
rule b on "/queue/flush" where hots == "a" do log "b"
rule c on "/y/{host}" do fire "/queue/flush" { host: host }`, `EDA0636:hots`},
	} {
		all, short := found(t, c.text, Settings{})
		var loud []string
		for i, d := range all {
			if d.Severity != lang.Hint {
				loud = append(loud, short[i])
			}
		}
		if !slices.Equal(loud, []string{c.want}) {
			t.Errorf("%s\nfound %q, want %q", c.text, loud, c.want)
		}
	}
}

// What may come from outside, or is near by chance, is no slip.
func TestFieldsFromOutside(t *testing.T) {
	for _, text := range []string{
		`rule a on "/x" do fire "/queue/flush" { v: 1 }
rule b on "/queue/flush" where n > 1 do log "b"`,
		`rule a on "/x" do fire "/queue/flush" { gpu: 1 }
rule b on "/queue/flush" where cpu > 1 do log "b"`,
		`rule a on "/x" do fire "/queue/flush" { hosts: 1 }
rule b on "/queue/flush" do log "{host}"
test "t" { send "/queue/flush" { host: "a" } expect nothing }`,
		`rule a on "/x" do fire "/queue/flush" { hosts: 1 }
rule b on "/queue/flush" where has host do log "{host}"`,
		`rule a on "/x" do fire "/queue/flush" { hosts: 1, ...event }
rule b on "/queue/flush" do log "{host}"`,
		`on "/auth/fail" when count(5m) > 100 do fire "/page" { text: "many failures, the last one of {user}" }`,
	} {
		all, short := found(t, text, Settings{})
		if slices.ContainsFunc(all, func(d lang.Diag) bool { return d.Severity != lang.Hint }) {
			t.Errorf("%s\nfound %q", text, short)
		}
	}
}

// A hint about a tag that nobody takes asks about one that is waited for.
func TestUnheardTagAsks(t *testing.T) {
	all, _ := found(t, `rule a on "/x" do fire "/mode/night", fire "/lb/{x}/drain"
rule b on "/mode/light" do log "b"
rule c on "/lb/{h}/drains" do log "c"
rule d on "/lc/{h}/drain" do log "c"`, Settings{})
	var asks []string
	for _, d := range all {
		if d.Code == lang.CodeUnheardTag {
			_, ask, _ := strings.Cut(d.Message, "; or did you mean ")
			asks = append(asks, ask)
		}
	}
	if want := []string{`"/mode/light"?`, `"/lb/{x}/drains"?`}; !slices.Equal(asks, want) {
		t.Errorf("asks %q, want %q", asks, want)
	}
}
