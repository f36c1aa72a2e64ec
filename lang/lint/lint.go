// Package lint holds the lints: advice beyond what a program needs to load.
// Each is a row with one function, in the file of its family; to add one, add
// its code to the table in package lang, its page beside it, and a row here.
package lint

import (
	"slices"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/graph"
	"github.com/eda-lang/eda/vm/tag"
)

// row is one lint. Its function may report several codes of one family; the
// row is named for the first.
type row struct {
	code lang.Code
	on   judgement
	run  func(p *pass)
}

// judgement says which programs a lint speaks of.
type judgement bool

const (
	always judgement = false // also of a program with errors
	judges judgement = true  // only of a program without: it would repeat them, or guess
)

var rows = slices.Concat(unusedRows, slipRows, logicRows, graphRows, edgeRows,
	windowRows, timeRows, keyRows, deliveryRows, testRows, costRows,
	schemaRows, evidenceRows, periodRows, styleRows,
)

// silences lists what is not said where something else is said of the same
// place, or points at it: one cause, one finding (S43).
var silences = []struct{ loud, quiet lang.Code }{
	{lang.CodeNameSlip, lang.CodeUnused},
	{lang.CodeEdgeOnField, lang.CodeFlapping},
	{lang.CodeIdleMute, lang.CodeMuted},
	{lang.CodeKeyPerEvent, lang.CodeUnboundedKey},
	{lang.CodeUnseenField, lang.CodeNameSlip},
	{lang.CodeNameSlip, lang.CodeNotRecorded},
	{lang.CodeNameSlip, lang.CodeUnfired},
	{lang.CodeNameSlip, lang.CodeUnread},
	{lang.CodeTagSlip, lang.CodeUnused},
	{lang.CodeTagSlip, lang.CodeUnheardTag},
	{lang.CodeTagSlip, lang.CodeDeadRule},
	{lang.CodeUnseenTag, lang.CodeTagSlip},
	{lang.CodeTagSlip, lang.CodeNotRecorded},
}

// Settings are what a project decides; the zero value decides nothing.
type Settings struct {
	// Severity changes that of a warning or a hint. Errors stay: they have no meaning.
	Severity map[lang.Code]lang.Severity
	// Off silences a warning or a hint; with false it asks for one that is Optional.
	Off map[lang.Code]bool
	// Outputs are the tags that something outside takes. Where there are any,
	// what is fired beyond them and heard by no rule is a warning.
	Outputs []tag.Pattern
	// Inputs are the tags that something outside sends. Where there are any, a
	// rule on others that no rule fires is a warning.
	Inputs []tag.Pattern
	// MostActs is how many acts one event may cause; 0 means 100.
	MostActs int
	// BytesPerKey is how much a rule may keep for one key, 0 means 16 MiB, and
	// BytesPerRule for all recorded keys, 0 means 1 GiB, by the estimate.
	BytesPerKey, BytesPerRule int
	// Strict makes every undeclared tag and field an error (S33).
	Strict bool
	// Observed is what recordings had; nil without any.
	Observed *lang.Observed
	// Around, where it is not nil, runs each part of the work: "parse", "check", and
	// each lint by its slug.
	Around func(part string, run func())
}

func (s *Settings) around(part string, run func()) {
	if s.Around == nil {
		run()
		return
	}
	s.Around(part, run)
}

// Report is what reading a program gave.
type Report struct {
	Unit       *lang.Unit
	Findings   lang.Diagnostics // sorted
	Suppressed []lang.Suppressed
}

// Program parses, checks and lints the files of one program.
func Program(sources []lang.Source, env *lang.Env, s Settings) *Report {
	var files []*lang.File
	var found lang.Diagnostics
	s.around("parse", func() {
		for _, src := range sources {
			f, ds := lang.Parse(src)
			files = append(files, f)
			found = append(found, ds...)
		}
	})
	return Files(files, found, env, s)
}

// Files is Program for files that are parsed already, with what was found then.
func Files(files []*lang.File, parsed lang.Diagnostics, env *lang.Env, s Settings) *Report {
	if s.Strict {
		env = env.WithStrict()
	}
	var u *lang.Unit
	var checked lang.Diagnostics
	s.around("check", func() { u, checked = lang.Check(files, env) })
	wrong := slices.Concat(parsed, checked)
	found := s.apply(slices.Concat(wrong, echoes(u, unbroken(Run(u, s), checked), wrong)))
	found.Sort()
	kept, suppressed := ignored(u, yield(found), s)
	return &Report{Unit: u, Findings: kept, Suppressed: suppressed}
}

// yielding are the hints that say nothing where something else is said of a
// part of their place: what to mend first is said there.
var yielding = map[lang.Code]bool{lang.CodeFlapping: true, lang.CodeNeverSeen: true}

// yield leaves those out, and all that is not an error where one lies within.
// The findings are sorted.
func yield(found lang.Diagnostics) lang.Diagnostics {
	var out lang.Diagnostics
	for i, d := range found {
		quiet := false
		gives := func(o *lang.Diag) {
			quiet = quiet || o.Severity == lang.Error && d.Severity != lang.Error && o.Primary.Span.End <= d.Primary.Span.End || yielding[d.Code] && !yielding[o.Code]
		}
		beside := func(j int) bool { return found[j].Primary.File == d.Primary.File }
		for j := i - 1; j >= 0 && beside(j) && found[j].Primary.Span.Start == d.Primary.Span.Start; j-- {
			gives(&found[j])
		}
		for j := i + 1; j < len(found) && beside(j) && found[j].Primary.Span.Start < d.Primary.Span.End && !quiet; j++ {
			gives(&found[j])
		}
		if !quiet {
			out = append(out, d)
		}
	}
	return out
}

// Run lints a checked program. Of one with errors it says what it can.
func Run(u *lang.Unit, s Settings) lang.Diagnostics {
	p := &pass{Unit: u, Settings: s}
	for _, r := range rows {
		if u.Broken && r.on == judges || optional[r.code] && !s.shows(r.code) {
			continue
		}
		s.around(r.code.Row().Slug, func() { r.run(p) })
	}
	type said struct {
		code lang.Code
		at   lang.Label
	}
	loud := map[said]bool{}
	for i := range p.found {
		loud[said{p.found[i].Code, p.found[i].Primary}] = true
		for _, l := range p.found[i].Labels {
			loud[said{p.found[i].Code, lang.Label{File: l.File, Span: l.Span}}] = true
		}
	}
	p.found = slices.DeleteFunc(p.found, func(d lang.Diag) bool {
		for _, s := range silences {
			if d.Code == s.quiet && loud[said{s.loud, d.Primary}] {
				return true
			}
		}
		return false
	})
	p.found.Sort()
	return p.found
}

// pass is what the lints look at, and where they report to.
type pass struct {
	*lang.Unit
	Settings
	found lang.Diagnostics
	graph *graph.Graph // see Graph
	evidence
	callIndex
	wrong   map[string][]lang.Span // see broken
	counted map[string]int         // see wordCounts
	inUse   *names                 // see used
}

// Graph is the rule graph of the program, made when a lint first asks for it.
func (p *pass) Graph() *graph.Graph {
	if p.graph == nil {
		p.graph = graph.New(p.Unit)
	}
	return p.graph
}

// report adds a finding and returns it, to be given labels, notes and fixes
// before the next one. The rule is nil outside of rules.
func (p *pass) report(code lang.Code, file *lang.File, rule *lang.RuleInfo, at lang.Span, message string) *lang.Diag {
	d := lang.Diag{Code: code, Severity: code.Row().Severity, Message: message, Primary: lang.Label{File: file.Source.Name, Span: at}}
	if rule != nil {
		d.Rule = rule.Label
	}
	p.found = append(p.found, d)
	return &p.found[len(p.found)-1]
}
