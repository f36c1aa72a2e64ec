package lint

import (
	"testing"

	"github.com/eda-lang/eda/lang"
)

func TestParseDiff(t *testing.T) {
	c, err := ParseDiff(`diff --git a/a.eda b/a.eda
index 1..2 100644
--- a/a.eda
+++ b/a.eda
@@ -1,2 +1 @@ on "/x"
--- removed
-- removed
+++ b/not-a-file.eda
@@ -9,0 +8,2 @@
+x
+y
@@ -20,3 +20,0 @@
-p
-q
-r
diff --git a/gone.eda b/gone.eda
--- a/gone.eda
+++ /dev/null
@@ -1 +0,0 @@
-x
diff --git "a/\303\244.eda" "b/\303\244.eda"
--- "a/\303\244.eda"
+++ "b/\303\244.eda"
@@ -1 +1 @@
-a
+b
`, func(s string) string { return "sub/" + s })
	if err != nil {
		t.Fatal(err)
	}
	c.AddFile("sub/new.eda")
	files := map[string]string{}
	for _, name := range []string{"sub/a.eda", "sub/ä.eda", "sub/new.eda", "sub/other.eda", "sub/not-a-file.eda"} {
		for range 30 {
			files[name] += "x\n"
		}
	}
	at := func(name string, line int, sev lang.Severity) bool {
		start := 2 * (line - 1)
		return c.Has(&lang.Diag{Severity: sev, Primary: lang.Label{File: name, Span: lang.Span{Start: start, End: start + 1}}}, files)
	}
	for _, x := range []struct {
		name string
		line int
		want bool
	}{
		{"sub/a.eda", 1, true}, {"sub/a.eda", 2, false}, {"sub/a.eda", 7, false}, {"sub/a.eda", 8, true}, {"sub/a.eda", 9, true}, {"sub/a.eda", 10, false},
		{"sub/a.eda", 20, true}, {"sub/a.eda", 21, false}, {"sub/ä.eda", 1, true}, {"sub/ä.eda", 2, false}, {"sub/new.eda", 9, true}, {"sub/other.eda", 1, false},
		{"sub/not-a-file.eda", 1, false},
	} {
		if got := at(x.name, x.line, lang.Warning); got != x.want {
			t.Errorf("%s:%d: %v", x.name, x.line, got)
		}
	}
	if !at("sub/other.eda", 1, lang.Error) {
		t.Error("an error counts wherever it is")
	}
	if _, err := ParseDiff("@@ nonsense @@ x\n", nil); err == nil {
		t.Error("a hunk without numbers is read")
	}
}
