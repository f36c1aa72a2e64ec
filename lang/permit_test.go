package lang_test

import "testing"

// may fire binds the rules of its file (S31, E6).
func TestMayFire(t *testing.T) {
	const lb = "may fire \"/lb/**\", \"/page\"\n"
	holds(t, false, []said{
		none(lb + `on "/a/{host}" do fire "/lb/drain/{host}", fire "/page", log "x"`),
		none(lb + `on "/a/{rest**}" do fire "/lb/{rest}"`),
		draws(lb+`on "/a" do fire "/pager"`, `EDA0620 may not fire "/pager"`),
		draws(lb+`on "/a/{host}" do fire "/act/{host}"`, `EDA0620 allow "/act/*"`),
		draws(lb+`on "/a" do fire "/act/{x}"`, `EDA0620 allow "/act/**"`),
		draws(lb+`on "/a" when x > 1 do fire "/lb/x" clear do fire "/lc/x"`, `EDA0620 "/lc/x"`),
		none(lb + `on "/a/b/{host}" do fire "/{host}/x"`), // perhaps: asked when it is known
		none(lb + `on "/a/b" do fire "/{x}"`),
		none("may fire \"/f/*\"\n" + `on "/a" do fire "/f/{x}"`), // a text may have slashes in it
		none("may fire \"/f/*\"\nparam p: string = \"one\"\n" + `on "/a" do fire "/f/{p}"`),
		draws("may fire \"/f/*\"\nparam p: string = \"one/two\"\n"+`on "/a" do fire "/f/{p}"`, "EDA0620"),
		draws("may fire \"/f/a*\"\n"+`on "/a/{h}" do fire "/g/{h}"`, "EDA0620"),
		none("may fire \"/f/1\"\nmay fire \"/g\"\n" + `on "/a" do fire "/g", fire "/f/1"`), // together
		draws("may fire \"/f/**/**\"\n"+`on "/a" do fire "/g"`, "EDA0217"),
	})
}
