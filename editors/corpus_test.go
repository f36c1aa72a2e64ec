// Package editors holds what editors and other tools need to know the language.
// Its tests hold those files to the lexer, the parser and the command.
package editors

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/calendar"
)

// classes are the kinds of text that an editor tells apart, each with what its
// TextMate scopes and its Vim groups begin with.
var classes = []struct{ class, scope, group string }{
	{"comment", "comment.line.", "edaComment"},
	{"interpolation", "meta.interpolation.", "edaInterpolation"},
	{"string", "string.quoted.", "edaString"}, // these three cover what is in them
	{"illegal", "invalid.illegal.", "edaError"},
	{"declaration", "storage.type.", "edaDeclaration"},
	{"word", "keyword.control.", "edaKeyword"},
	{"word operator", "keyword.operator.wordlike.", "edaWordOperator"},
	{"operator", "keyword.operator.", "edaOperator"},
	{"constant", "constant.language.", "edaConstant"},
	{"integer", "constant.numeric.integer.", "edaNumber"},
	{"float", "constant.numeric.float.", "edaFloat"},
	{"duration", "constant.numeric.duration.", "edaDuration"},
	{"type", "support.type.", "edaType"},
	{"function", "entity.name.function.", "edaFunction"},
	{"rule", "entity.name.type.rule.", "edaRule"},
	{"name", "variable.", "edaName"},
	{"punctuation", "punctuation.", "edaDelimiter"},
	{"space", "meta.block.", "edaBlock"},
}

// A declaration that does not parse says nothing of what its words stand for.
// There any of these will do.
var open = map[string][]string{
	"any word":   {"declaration", "word", "word operator", "constant", "name", "rule", "function", "type"},
	"any string": {"string", "interpolation"},
}

// piece is a stretch of source with its class.
type piece struct {
	at    lang.Span
	class string
}

var (
	operators = strings.Fields("== != < <= > >= + - * / // % ?? = | & ? ...")
	wordOps   = strings.Fields("and or not in has like matches")
	declares  = strings.Fields("rule use param event table state fn action may mute test")
	givens    = strings.Fields("param time state table")
)

func among(words []string, w string) bool {
	for _, x := range words {
		if x == w {
			return true
		}
	}
	return false
}

// pieces says with lexer and parser what each byte of a text is.
func pieces(text string) []piece {
	file, _ := lang.Parse(lang.Source{Name: "x", Text: text})
	r := roles{names: map[lang.Span]string{}}
	for _, d := range file.Decls {
		if _, bad := d.(*lang.BadDecl); bad {
			r.broken = append(r.broken, d.Span())
		} else {
			r.read(reflect.ValueOf(d), "")
		}
	}
	var out []piece
	for _, t := range lang.Tokens(text) {
		if t.Kind == lang.EOF {
			continue
		}
		src := text[t.At.Start:t.At.End]
		if _, err := calendar.ParseDuration(src); t.Text != src || t.Kind == lang.DurTok && err != nil && !err.Zero ||
			t.Kind == lang.Space && strings.TrimLeft(src, " \t\r\n") != "" {
			out = append(out, piece{t.At, "illegal"}) // the lexer reports it, whatever it reads instead
			continue
		}
		broken := false
		for _, b := range r.broken {
			broken = broken || b.Start <= t.At.Start && t.At.End <= b.End
		}
		name := r.names[t.At]
		switch {
		case t.Kind == lang.StrTok && broken:
			out = append(out, piece{t.At, "any string"})
		case t.Kind == lang.StrTok:
			at := t.At.Start
			for _, p := range r.paths {
				if t.At.Start < p.Start && p.End < t.At.End {
					out = append(out, piece{lang.Span{Start: at, End: p.Start}, "string"}, piece{p, "interpolation"})
					at = p.End
				}
			}
			out = append(out, piece{lang.Span{Start: at, End: t.At.End}, "string"})
		case name != "":
			out = append(out, piece{t.At, name})
		default:
			out = append(out, piece{t.At, classOf(t, broken)})
		}
	}
	return out
}

// classOf is the class of a token that is neither a name nor a string.
func classOf(t lang.Token, broken bool) string {
	switch t.Kind {
	case lang.Space:
		return "space"
	case lang.Comment:
		return "comment"
	case lang.IntTok:
		return "integer"
	case lang.FloatTok:
		return "float"
	case lang.DurTok:
		return "duration"
	case lang.Punct:
		if among(operators, t.Text) {
			return "operator"
		}
		return "punctuation"
	}
	switch {
	case broken:
		return "any word"
	case t.Text == "true" || t.Text == "false" || t.Text == "none":
		return "constant"
	case among(wordOps, t.Text):
		return "word operator"
	case among(declares, t.Text):
		return "declaration"
	}
	return "word"
}

// roles is what the tree of a file knows of its names and strings.
type roles struct {
	names  map[lang.Span]string
	paths  []lang.Span // {paths} in strings
	broken []lang.Span
}

// read walks the exported fields of a node. field is the one it stands in.
func (r *roles) read(v reflect.Value, field string) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			r.read(v.Elem(), field)
		}
	case reflect.Slice:
		for i := range v.Len() {
			r.read(v.Index(i), field)
		}
	case reflect.Struct:
		if n, ok := v.Interface().(lang.Name); ok {
			role := roleOf[field]
			switch {
			case n.Text == "" || field == "TestStep.What" && among(givens, n.Text):
				return
			case role == "":
				role = "name"
			}
			r.names[n.At] = role
			return
		}
		if p, ok := v.Interface().(lang.Part); ok && p.Path != nil {
			r.paths = append(r.paths, p.At)
			return
		}
		act, isAct := v.Interface().(lang.Act)
		for i := range v.NumField() {
			f := v.Type().Field(i)
			name := v.Type().Name() + "." + f.Name
			if !f.IsExported() {
				continue
			}
			if isAct && act.Kind == lang.CallAction && f.Name == "Name" {
				name = "Call.Fn"
			}
			r.read(v.Field(i), name)
		}
	}
}

// roleOf is what a name is in a field; elsewhere it is a name.
var roleOf = map[string]string{
	"RuleDecl.Name": "rule", "FnDecl.Name": "function", "ActionDecl.Name": "function", "Call.Fn": "function", "TypeExpr.Name": "type",
}

// Examples to avoid are left out: they are mistakes.
var fence = regexp.MustCompile("(?ms)^```eda(?: prefer| EDA[0-9]+)*\n(.*?)^```$")

// corpus is every program in the repository: the files, and those within
// documents and scripts.
func corpus(t testing.TB) map[string]string {
	t.Helper()
	out := map[string]string{}
	archive := func(name string, a *txtar.Archive, first string) {
		if first != "" {
			out[name] = first
		}
		for _, f := range a.Files {
			if strings.HasSuffix(f.Name, ".eda") {
				out[name+"/"+f.Name] = string(f.Data)
			}
		}
	}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != ".." || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		ext := filepath.Ext(path)
		if ext != ".eda" && ext != ".md" && ext != ".txtar" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(filepath.ToSlash(path), "../")
		switch ext {
		case ".eda":
			out[name] = string(text)
		case ".txtar":
			archive(name, txtar.Parse(text), "")
		case ".md":
			for i, m := range fence.FindAllStringSubmatch(string(text), -1) {
				a := txtar.Parse([]byte(m[1]))
				archive(fmt.Sprintf("%s#%d", name, i+1), a, string(a.Comment))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 100 {
		t.Fatalf("only %d programs in the repository", len(out))
	}
	return out
}

// agreement compares what an editor makes of the corpus with what it is. got
// says the class of a byte, if the editor was asked for it.
func agreement(t *testing.T, texts map[string]string, got func(name string, offset int) (string, bool), known map[string]bool) {
	t.Helper()
	total, wrong := 0, 0
	seen := map[string]bool{}
	for name, text := range texts {
		for _, p := range pieces(text) {
			compared := false
			for at := p.at.Start; at < p.at.End; at++ {
				g, asked := got(name, at)
				compared = compared || asked
				if !asked || text[at] == '\n' || g == p.class || among(open[p.class], g) {
					continue
				}
				line, col := lang.LineCol(text, p.at.Start)
				rest, _, _ := strings.Cut(text[p.at.Start:], "\n")
				key := fmt.Sprintf("%s:%d %s", name, line, text[p.at.Start:p.at.End])
				if seen[key] = true; !known[key] {
					wrong++
					if wrong <= 60 {
						t.Errorf("%s:%d:%d: %.60q… is %s, shown as %q", name, line, col, rest, p.class, g)
					}
				}
				break
			}
			if compared {
				total++
			}
		}
	}
	for key := range known {
		if !seen[key] {
			t.Errorf("%q is shown as it should be by now; take it from the list", key)
		}
	}
	if total == 0 {
		t.Error("nothing was compared")
	}
	t.Logf("%d of %d pieces in %d programs agree", total-wrong, total, len(texts))
}

var quoted = regexp.MustCompile(`"([a-z]+)"`)

// Every word of the grammar in SPEC.md is in the corpus as a word, and as a
// name where it is not reserved.
func TestCorpusHasEveryWord(t *testing.T) {
	as := map[string]bool{}
	for _, text := range corpus(t) {
		for _, p := range pieces(text) {
			as[text[p.at.Start:p.at.End]+" "+p.class] = true
		}
	}
	spec, err := os.ReadFile("../SPEC.md")
	if err != nil {
		t.Fatal(err)
	}
	_, grammar, _ := strings.Cut(string(spec), "```ebnf\n")
	grammar, _, _ = strings.Cut(grammar, "```")
	n := 0
	for _, m := range quoted.FindAllStringSubmatch(grammar, -1) {
		w, word := m[1], false
		n++
		for _, class := range []string{"word", "word operator", "declaration", "constant"} {
			word = word || as[w+" "+class]
		}
		if !word {
			t.Errorf("%s stands nowhere as a word", w)
		}
		if lang.Tokens(w)[0].Kind == lang.IdentTok && !as[w+" name"] {
			t.Errorf("%s stands nowhere as a name", w)
		}
	}
	if n < 70 {
		t.Errorf("only %d words in the grammar", n)
	}
}

func textmateScope(i int) string { return classes[i].scope }
func vimGroup(i int) string      { return classes[i].group }

// classOfStack is the class of a stack of scopes or groups, outermost first:
// that of the comment or string it stands in, otherwise that of the innermost.
func classOfStack(names string, begins func(int) string) string {
	stack := strings.Fields(names)
	for i, c := range classes[:3] {
		for _, s := range stack {
			if strings.HasPrefix(s, begins(i)) {
				return c.class
			}
		}
	}
	if len(stack) == 0 {
		return "space"
	}
	for i, c := range classes {
		if strings.HasPrefix(stack[len(stack)-1], begins(i)) {
			return c.class
		}
	}
	return names
}

// lineDiffers lists what these grammars cannot tell, which see one line at a
// time and know no tree; the file says why.
var lineDiffers = map[string]bool{
	"editors/testdata/beyond.eda:5 limit":  true,
	"editors/testdata/beyond.eda:5 gather": true,
	"editors/testdata/beyond.eda:6 within": true,
	"editors/testdata/beyond.eda:7 fire":   true,
	"editors/testdata/beyond.eda:9 rule":   true,
	"editors/testdata/beyond.eda:10 named": true,
}
