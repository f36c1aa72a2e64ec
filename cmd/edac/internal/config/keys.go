package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/lint"
	"github.com/eda-lang/eda/vm/tag"
)

// Key is one key of edac.toml. Its name has the table before it, as in
// lint.fail-on; * in it stands for the name of a finding.
type Key struct {
	Name    string
	Takes   string // what its value is, in words
	Example string // a value, as TOML
	Doc     string // what it does, one sentence
	set     func(p *parser, e entry)
}

// Keys lists all keys, in order of the tables.
func Keys() []Key { return slices.Clone(keys) }

var keys = slices.Concat([]Key{
	{"rules", "a list of paths", `["rules"]`, "the files and folders that lint, fmt, test, run and replay take where the command names none", paths(func(c *Config) *[]string { return &c.Rules })},
	{"recording", "a list of paths", `["data/day.edr"]`, "recordings of the bus that lint takes as evidence, and the editor shows ranges from", paths(func(c *Config) *[]string { return &c.Recording })},
	{"outputs", "a list of tag patterns", `["/act/**"]`, "the tags that something outside takes; firing another one that no rule takes is then a warning", patterns(func(c *Config) *[]tag.Pattern { return &c.Settings.Outputs })},
	{"inputs", "a list of tag patterns", `["/client/**"]`, "the tags that something outside sends; a rule on another one that no rule fires is then a warning", patterns(func(c *Config) *[]tag.Pattern { return &c.Settings.Inputs })},
	{"strict", "true or false", `true`, "make every tag and field that no event declares an error", flag(func(c *Config) *bool { return &c.Settings.Strict })},

	{"lint.fail-on", "error, warning or hint", `"warning"`, "the lowest severity that makes the exit status 1; error by default", (*parser).failOn},
	{"lint.enable", "a list of ids or slugs", `["unused"]`, "findings to show that would be off", codes(false)},
	{"lint.disable", "a list of ids or slugs", `["missing-hysteresis"]`, "findings not to show", codes(true)},
	{"lint.baseline", "a path", `"lint.baseline"`, "a file of findings that are known and not counted (`edac lint --write-baseline`)", (*parser).baseline},
	{"lint.severity.*", "warning, hint or off", `"hint"`, "how bad a finding is; an error stays one", (*parser).severity},
}, limitKeys(), []Key{
	{"test.cover-min", "a number from 0 to 100", `80`, "fail below this share of rules, conditions and acts, in percent", percent(func(c *Config) *float64 { return &c.CoverMin })},
	{"test.mutate-min", "a number from 0 to 100", `90`, "fail if `edac test --mutate` finds that tests notice fewer of the changes, in percent", percent(func(c *Config) *float64 { return &c.MutateMin })},
})

// limit is a number that a lint compares with; a new one is a line here.
type limit struct {
	name, takes, example, doc string
	field                     func(s *lint.Settings) *int
}

var limits = []limit{
	{"acts", "a whole number above 0", `200`, "how many acts one event may cause before `fan-out` warns; 100 by default", func(s *lint.Settings) *int { return &s.MostActs }},
	{"bytes-per-key", "a whole number above 0", "1048576", "how much a rule may keep for one key, in bytes by estimate, before `costly-window` speaks; 16 MiB by default", func(s *lint.Settings) *int { return &s.BytesPerKey }},
	{"bytes-per-rule", "a whole number above 0", "104857600", "the same for all keys of a recording; 1 GiB by default", func(s *lint.Settings) *int { return &s.BytesPerRule }},
}

func limitKeys() []Key {
	var out []Key
	for _, l := range limits {
		out = append(out, Key{"lint.limits." + l.name, l.takes, l.example, l.doc, func(p *parser, e entry) {
			if n, ok := e.value.is.(int64); !ok || n < 1 || n != int64(int(n)) {
				p.wrong(e, "a whole number above 0")
			} else {
				*l.field(&p.Settings) = int(n)
			}
		}})
	}
	return out
}

// Names are the names of all keys and tables without stars, as they are written.
func Names() []string {
	var out []string
	for _, k := range keys {
		if !strings.HasSuffix(k.Name, ".*") {
			out = append(out, k.Name)
		}
	}
	for _, k := range keys {
		for _, t := range parents(strings.Split(k.Name, ".")) {
			if !slices.Contains(out, t) {
				out = append(out, t)
			}
		}
	}
	return out
}

var byName, tables = func() (map[string]*Key, map[string]bool) {
	byName, tables := map[string]*Key{}, map[string]bool{}
	for i := range keys {
		byName[keys[i].Name] = &keys[i]
		for _, t := range parents(strings.Split(keys[i].Name, ".")) {
			tables[t] = true
		}
	}
	return byName, tables
}()

// find is the key of a name as it is written.
func find(name string) (*Key, bool) {
	if k, ok := byName[name]; ok {
		return k, true
	}
	table, word := cut(name)
	k, ok := byName[table+".*"]
	return k, ok && word != ""
}

// wrong reports a value that is none for its key.
func (p *parser) wrong(e entry, takes string) {
	p.report(e.value.at, "`%s` takes %s, such as `%s`", e.path[len(e.path)-1], takes, e.row.Example)
}

// texts calls f for each text of a list.
func (p *parser) texts(e entry, takes string, f func(text string, at lang.Span)) {
	list, ok := e.value.is.([]value)
	for _, v := range list {
		_, text := v.is.(string)
		ok = ok && text
	}
	if !ok {
		p.wrong(e, takes)
		return
	}
	for _, v := range list {
		f(v.is.(string), v.at)
	}
}

func paths(field func(c *Config) *[]string) func(p *parser, e entry) {
	return func(p *parser, e entry) {
		p.texts(e, "a list of paths", func(text string, at lang.Span) {
			*field(p.Config) = append(*field(p.Config), p.path(text))
		})
	}
}

func flag(field func(c *Config) *bool) func(p *parser, e entry) {
	return func(p *parser, e entry) {
		b, ok := e.value.is.(bool)
		if !ok {
			p.wrong(e, "true or false")
		}
		*field(p.Config) = b
	}
}

func percent(field func(c *Config) *float64) func(p *parser, e entry) {
	return func(p *parser, e entry) {
		x, ok := e.value.is.(float64)
		if n, whole := e.value.is.(int64); whole {
			x, ok = float64(n), true
		}
		if !ok || !(x >= 0 && x <= 100) {
			p.wrong(e, "a number from 0 to 100")
			return
		}
		*field(p.Config) = x
	}
}

func patterns(field func(c *Config) *[]tag.Pattern) func(p *parser, e entry) {
	return func(p *parser, e entry) {
		p.texts(e, "a list of tag patterns", func(text string, at lang.Span) {
			pat, err := tag.Parse(text)
			if err != nil {
				p.report(at, "%s", err)
				return
			}
			*field(p.Config) = append(*field(p.Config), pat)
		})
	}
}

func (p *parser) failOn(e entry) {
	text, _ := e.value.is.(string)
	sev, ok := lang.ParseSeverity(text)
	if !ok {
		p.wrong(e, "error, warning or hint")
		return
	}
	p.FailOn = &sev
}

func (p *parser) baseline(e entry) {
	text, ok := e.value.is.(string)
	if !ok || text == "" {
		p.wrong(e, "a path")
		return
	}
	p.Baseline = p.path(text)
}

// code is the finding of an id or a slug that may be changed; it reports what is none.
func (p *parser) code(name string, at lang.Span, what string) (lang.Code, bool) {
	row, ok := lang.LookupCode(name)
	if !ok {
		p.noCode(name, at)
		return 0, false
	}
	if row.Severity == lang.Error {
		p.report(at, "`%s` is an error, which cannot be %s: rules with one have no meaning and do not load", name, what)
		return 0, false
	}
	return row.Code, true
}

func (p *parser) noCode(name string, at lang.Span) {
	d := p.report(at, "%s", lang.UnknownCode(name))
	if near := lang.NearestCodes(name); len(near) > 0 {
		text := near[0]
		if at.Start < len(p.src.Text) && strings.IndexByte(`"'`, p.src.Text[at.Start]) >= 0 {
			text = fmt.Sprintf("%q", text)
		}
		d.Fixes = []lang.Fix{{Title: "write `" + near[0] + "`", Safe: true, Edits: []lang.Edit{{File: p.src.Name, Span: at, Text: text}}}}
	}
}

func codes(off bool) func(p *parser, e entry) {
	return func(p *parser, e entry) {
		p.texts(e, "a list of ids or slugs", func(text string, at lang.Span) {
			if !off {
				if row, ok := lang.LookupCode(text); ok && row.Severity == lang.Error {
					return // always on
				}
			}
			if c, ok := p.code(text, at, "switched off"); ok {
				p.Settings.Switch(c, off)
			}
		})
	}
}

func (p *parser) severity(e entry) {
	text, _ := e.value.is.(string)
	sev, ok := lang.ParseSeverity(text)
	if !ok && text != "off" || ok && sev == lang.Error {
		p.wrong(e, "warning, hint or off")
		return
	}
	c, known := p.code(e.path[len(e.path)-1], e.key, "lowered")
	switch {
	case !known:
	case text == "off":
		p.Settings.Switch(c, true)
	default:
		p.Settings.Level(c, sev)
	}
}

// Commented is a file for a new project: all keys, each with what it does,
// none of them in force.
func Commented() string {
	var b strings.Builder
	b.WriteString("# What edac assumes in this folder and below. Take away the # before a key to\n# decide it; flags of a command have precedence. Paths are relative to this file.\n")
	table := ""
	for _, k := range keys {
		t, word := cut(k.Name)
		if word == "*" {
			word = "missing-hysteresis"
		}
		if t != table {
			fmt.Fprintf(&b, "\n[%s]\n", t)
			table = t
		}
		fmt.Fprintf(&b, "\n# %s: %s\n# %s = %s\n", k.Takes, strings.ReplaceAll(k.Doc, "`", ""), word, k.Example)
	}
	return b.String()
}
