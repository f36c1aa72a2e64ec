// Package repl is the interactive session without a line editor: a function
// of what was entered so far. Time is that of the recording; no clock is read.
package repl

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/eda-lang/eda/compiler"
	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/value"
)

// Config is what a session starts with.
type Config struct {
	Events  []vm.Event // the recording, in order of time
	Name    string     // of the recording, for messages
	Rules   []lang.Source
	Env     *lang.Env
	Library *vm.Library
	Color   bool // of findings
}

// Session belongs to one goroutine.
type Session struct {
	cfg     Config
	rules   []lang.Source // given and added
	added   int
	prog    *vm.Program
	unit    *lang.Unit
	m       *vm.Machine
	at      int   // events taken
	now     int64 // the instant reached
	begun   bool  // now means something
	effects []vm.Effect
}

// New compiles the rules. The error is what lint would print.
func New(cfg Config) (*Session, error) {
	s := &Session{cfg: cfg, rules: slices.Clone(cfg.Rules)}
	if len(cfg.Events) > 0 {
		s.now = cfg.Events[0].T
	}
	if err := s.rebuild(context.Background(), s.rules); err != nil {
		return nil, err
	}
	return s, nil
}

// Color says whether findings are in colour from now on.
func (s *Session) Color(on bool) { s.cfg.Color = on }

// rebuild compiles sources and takes the events so far again, so that what is
// remembered is what it would be.
func (s *Session) rebuild(ctx context.Context, sources []lang.Source) error {
	p, u, ds := compiler.Build(sources, s.cfg.Env, compiler.WithProbes())
	if p == nil {
		return &lintError{s.render(ds, sources)}
	}
	m, err := vm.New(p, s.cfg.Library)
	if err != nil {
		return err
	}
	s.rules, s.prog, s.unit, s.m = sources, p, u, m
	return s.replay(ctx, s.at, s.now)
}

// replay starts anew and goes to n events and an instant.
func (s *Session) replay(ctx context.Context, n int, now int64) error {
	m, err := vm.New(s.prog, s.cfg.Library)
	if err != nil {
		return err
	}
	s.m, s.at, s.effects = m, 0, nil
	for s.at < n && ctx.Err() == nil {
		s.take()
	}
	if s.begun && now > s.now {
		s.advance(now)
	}
	return nil
}

// take gives the next event to the machine and returns what was decided.
func (s *Session) take() []vm.Effect {
	ev := s.cfg.Events[s.at]
	s.at++
	_ = s.m.Event(&ev) // the recording is in order
	if s.at == len(s.cfg.Events) {
		s.m.Flush(ev.T)
	}
	s.now, s.begun = ev.T, true
	return s.drain()
}

func (s *Session) advance(t int64) []vm.Effect {
	if s.at == len(s.cfg.Events) {
		s.m.Flush(t) // no event follows
	} else {
		s.m.Advance(t)
	}
	s.now, s.begun = max(t, s.now), true
	return s.drain()
}

func (s *Session) drain() []vm.Effect {
	out := slices.Clone(s.m.Effects())
	s.effects = append(s.effects, out...)
	return out
}

type lintError struct{ text string }

func (e *lintError) Error() string { return strings.TrimRight(e.text, "\n") }

func (s *Session) render(ds lang.Diagnostics, sources []lang.Source) string {
	files := map[string]string{}
	for _, f := range sources {
		files[f.Name] = f.Text
	}
	var shown lang.Diagnostics
	for _, d := range ds {
		if d.Severity != lang.Hint {
			shown = append(shown, d)
		}
	}
	var b strings.Builder
	_ = lang.Render(&b, shown, files, lang.RenderOptions{Color: s.cfg.Color})
	return b.String()
}

// Prompt is the instant reached.
func (s *Session) Prompt() string {
	if len(s.cfg.Events) == 0 {
		return "> "
	}
	return s.clock(s.now) + "> "
}

// Banner says what the session is about.
func (s *Session) Banner() string {
	n := len(s.cfg.Events)
	if n == 0 {
		return fmt.Sprintf("%s · no recording · :help for commands", plural(len(s.prog.Rules), "rule"))
	}
	return fmt.Sprintf("%s: %s, %s to %s · %s · :help for commands", s.cfg.Name, plural(n, "event"),
		s.clock(s.cfg.Events[0].T), s.clock(s.cfg.Events[n-1].T), plural(len(s.prog.Rules), "rule"))
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// clock is an instant as it is shown: with its date where the recording does
// not lie within one day.
func (s *Session) clock(ns int64) string {
	t := time.Unix(0, ns).UTC()
	form := "15:04:05"
	if t.Nanosecond() != 0 {
		form = "15:04:05.999999999"
	}
	if n := len(s.cfg.Events); n > 0 && day(s.cfg.Events[0].T) != day(s.cfg.Events[n-1].T) {
		form = "2006-01-02 " + form
	}
	return t.Format(form)
}

func day(ns int64) string { return time.Unix(0, ns).UTC().Format(time.DateOnly) }

// Eval does one entry and returns what to print. done says that the session is
// over. When ctx ends, a run stops where it is, and nothing is lost.
func (s *Session) Eval(ctx context.Context, entry string) (out string, done bool, err error) {
	entry = strings.TrimSpace(entry)
	switch {
	case entry == "" || strings.HasPrefix(entry, "#"):
		return "", false, nil
	case strings.HasPrefix(entry, ":"):
		out, done, err = s.command(ctx, entry[1:])
		return visible(out), done, err
	case declares(entry):
		out, err = s.declare(ctx, entry)
	default:
		out, err = s.value(entry)
	}
	return visible(out), false, err
}

// visible shows control characters of what comes from outside, so that a
// recording cannot speak to the terminal.
func visible(text string) string {
	odd := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }
	if !strings.ContainsFunc(text, odd) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if odd(r) {
			fmt.Fprintf(&b, `\u{%x}`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// declares reports whether an entry is a declaration.
func declares(entry string) bool {
	f, _ := lang.Parse(lang.Source{Name: "entry", Text: entry})
	if len(f.Decls) == 0 {
		return false
	}
	bad, broken := f.Decls[0].(*lang.BadDecl)
	if !broken {
		return true
	}
	word := bad.First
	rest := strings.TrimSpace(strings.TrimPrefix(entry, word))
	switch word { // a broken declaration, not an expression that begins with such a word
	case "on", "rule", "param", "fn", "table", "state", "action", "may", "mute", "use", "test":
		return word == "on" || rest != "" && !strings.ContainsAny(rest[:1], ".[=<>+-*/%")
	}
	return word == "event" && strings.HasPrefix(rest, `"`)
}

func (s *Session) declare(ctx context.Context, entry string) (string, error) {
	name := fmt.Sprintf("entry%d", s.added+1)
	sources := append(slices.Clone(s.rules), lang.Source{Name: name, Text: entry + "\n"})
	if err := s.rebuild(ctx, sources); err != nil {
		return "", err
	}
	s.added++
	for _, r := range s.unit.Rules {
		if r.File.Source.Name == name {
			return fmt.Sprintf("rule %s added, key: %s", r.Label, keyNames(r)), nil
		}
	}
	return "added", nil
}

func keyNames(r *lang.RuleInfo) string {
	if len(r.Key) == 0 {
		return "none"
	}
	var names []string
	for _, k := range r.Key {
		names = append(names, k.Name)
	}
	return strings.Join(names, ", ")
}

// value evaluates an expression as it would be in `on TAG` of the current
// event: a rule made for it sees the events so far.
func (s *Session) value(entry string) (string, error) {
	tag := "/"
	if s.at > 0 {
		tag = s.cfg.Events[s.at-1].Tag
	}
	expr, by := entry, ""
	if i := strings.LastIndex(entry, " by "); i >= 0 {
		expr, by = entry[:i], entry[i:]
	}
	if _, ds := lang.ParseExpr(expr, "entry"); ds.HasErrors() {
		return "", &lintError{s.render(ds, []lang.Source{{Name: "entry", Text: expr}})}
	}
	pattern := tag
	for _, r := range s.unit.Rules { // a rule's own pattern, so that keys and captures agree
		for _, e := range r.Elems {
			if _, ok := e.Pattern.Match(tag, nil); ok && pattern == tag {
				pattern = e.Pattern.String()
			}
		}
	}
	// The value is asked for as a condition's part, which can also be asked
	// between events; what compares an event with the one before, and text,
	// cannot be a condition and stands in do.
	const name = "zz_entry"
	sources := append(slices.Clone(s.rules), lang.Source{Name: "entry"})
	var p *vm.Program
	var ds lang.Diagnostics
	plain := false
	for _, act := range []string{"when value do log \"\"", "when value == 0 do log \"\"", "do fire \"/value\" { value: value }"} {
		plain = strings.HasPrefix(act, "do")
		sources[len(sources)-1].Text = fmt.Sprintf("rule %s on %q%s let value = %s\n%s", name, pattern, by, expr, act)
		if p, _, ds = compiler.Build(sources, s.cfg.Env, compiler.WithProbes()); p != nil {
			break
		}
	}
	if p == nil {
		return "", &lintError{s.render(entryOnly(ds), []lang.Source{{Name: "entry", Text: sources[len(sources)-1].Text}})}
	}
	if s.at == 0 {
		return s.constant(p, name, plain)
	}
	m, err := vm.New(p, s.cfg.Library)
	if err != nil {
		return "", err
	}
	rule := slices.IndexFunc(p.Rules, func(r vm.Rule) bool { return r.Name == name })
	var last *vm.Effect
	for i := range s.cfg.Events[:s.at] {
		ev := s.cfg.Events[i]
		if err := m.Event(&ev); err != nil {
			return "", err
		}
		for _, e := range m.Effects() {
			if e.Rule == rule && i == s.at-1 {
				last = &e
			}
		}
	}
	m.Advance(s.now - 1)
	if plain {
		if last == nil {
			return "none", nil
		}
		return show(last.Data.Get("value")), nil
	}
	if s.now > s.cfg.Events[s.at-1].T {
		m.Advance(s.now)
	}
	var key []string
	for _, v := range m.Views(rule) {
		if v.Born && v.Latest.T == s.cfg.Events[s.at-1].T && v.Latest.Tag == tag {
			key = v.Key
		}
	}
	vals := m.Probe(rule, key)
	for i, pr := range p.Rules[rule].Probes {
		if i < len(vals) && pr.Text == "value" {
			return show(vals[i]), nil
		}
	}
	return "none", nil
}

func entryOnly(ds lang.Diagnostics) lang.Diagnostics {
	var out lang.Diagnostics
	for _, d := range ds {
		if d.Primary.File == "entry" {
			out = append(out, d)
		}
	}
	return out
}

// constant evaluates before the first event: the made-up one has no fields.
func (s *Session) constant(p *vm.Program, name string, plain bool) (string, error) {
	m, err := vm.New(p, s.cfg.Library)
	if err != nil {
		return "", err
	}
	rule := slices.IndexFunc(p.Rules, func(r vm.Rule) bool { return r.Name == name })
	ev := vm.Event{T: s.now, Tag: "/", Data: value.Object(nil)}
	if err := m.Event(&ev); err != nil {
		return "", err
	}
	if plain {
		for _, e := range m.Effects() {
			if e.Rule == rule {
				return show(e.Data.Get("value")), nil
			}
		}
		return "none", nil
	}
	vals := m.Probe(rule, nil)
	for i, pr := range p.Rules[rule].Probes {
		if i < len(vals) && pr.Text == "value" {
			return show(vals[i]), nil
		}
	}
	return "none", nil
}

// show prints a value as it would be written: text in quotes.
func show(v value.Value) string {
	if s, ok := v.AsString(); ok {
		return string(value.AppendQuoted(nil, s))
	}
	return value.Text(v)
}

// Incomplete reports whether an entry goes on in the next line.
func Incomplete(entry string) bool {
	if strings.HasPrefix(strings.TrimSpace(entry), ":") {
		return false
	}
	return !lang.Complete(entry)
}

// line shows an event.
func (s *Session) line(ev *vm.Event) string {
	var b strings.Builder
	fmt.Fprintf(&b, " %s  %s ", s.clock(ev.T), ev.Tag)
	for _, f := range ev.Data.Fields() {
		fmt.Fprintf(&b, " %s=%s", f.Name, value.Text(f.Value))
	}
	return b.String()
}

// effect shows what a rule decided.
func (s *Session) effect(e *vm.Effect) string {
	what := fmt.Sprintf("fire %q", e.Tag)
	if e.Kind == vm.Logged {
		what = fmt.Sprintf("log %q", e.Text)
	} else if len(e.Data.Fields()) > 0 {
		what += " " + string(value.AppendJSON(nil, e.Data))
	}
	return fmt.Sprintf(" %s  ● %s → %s", s.clock(e.T), s.prog.RuleName(e.Rule), what)
}

func (s *Session) stepOne(b *strings.Builder) {
	ev := s.cfg.Events[s.at]
	for _, e := range s.advance(ev.T - 1) {
		b.WriteString(s.effect(&e) + "\n")
	}
	effects := s.take()
	b.WriteString(s.line(&ev) + "\n")
	for _, e := range effects {
		b.WriteString(s.effect(&e) + "\n")
	}
}

// Commands by name with what they do.
var commands = []struct{ name, args, does string }{
	{"back", "[N]", "go back N events (1)"},
	{"fired", "", "what has been decided so far"},
	{"goto", "TIME|+DUR", "go to an instant, forwards or back"},
	{"help", "", "this list"},
	{"list", "[RULE]", "the rules"},
	{"quit", "", "end"},
	{"run", "", "take all events that are left"},
	{"state", "[RULE]", "what rules and registers remember, for each key"},
	{"step", "[N]", "take N events (1)"},
	{"until", "TIME|RULE|EXPR", "run until a time, until a rule acts, or until an expression is true"},
	{"why", "[RULE]", "the value of each part of a rule's condition, and what stands in its way"},
	{"windows", "[RULE]", "the windows, for each key"},
}

func (s *Session) command(ctx context.Context, text string) (string, bool, error) {
	word, arg, _ := strings.Cut(text, " ")
	arg = strings.TrimSpace(arg)
	var found []string
	for _, c := range commands {
		if c.name == word {
			found = []string{c.name}
			break
		}
		if strings.HasPrefix(c.name, word) && word != "" {
			found = append(found, c.name)
		}
	}
	if len(found) == 0 {
		var names []string
		for _, c := range commands {
			names = append(names, c.name)
		}
		msg := fmt.Sprintf("there is no command :%s; :help lists them", word)
		if near := lang.Nearest(word, names); len(near) > 0 {
			msg = fmt.Sprintf("there is no command :%s; did you mean :%s?", word, near[0])
		}
		return "", false, fmt.Errorf("%s", msg)
	}
	if len(found) > 1 {
		return "", false, fmt.Errorf(":%s could be :%s", word, strings.Join(found, " or :"))
	}
	var b strings.Builder
	count := func() (int, error) {
		if arg == "" {
			return 1, nil
		}
		n, err := strconv.Atoi(arg)
		if err != nil || n < 1 {
			return 0, fmt.Errorf(":%s takes a number of events, not %q", found[0], arg)
		}
		return n, nil
	}
	switch found[0] {
	case "quit":
		return "", true, nil
	case "help":
		b.WriteString("An expression is evaluated now; a declaration is added; a command may be cut short:\n")
		for _, c := range commands {
			fmt.Fprintf(&b, "  :%-22s %s\n", strings.TrimSpace(c.name+" "+c.args), c.does)
		}
	case "step":
		n, err := count()
		if err != nil {
			return "", false, err
		}
		if s.at == len(s.cfg.Events) {
			return "", false, fmt.Errorf("the recording is at its end")
		}
		for ; n > 0 && s.at < len(s.cfg.Events) && ctx.Err() == nil; n-- {
			s.stepOne(&b)
		}
	case "run":
		s.runTo(ctx, &b, func() bool { return false })
	case "back":
		n, err := count()
		if err != nil {
			return "", false, err
		}
		to := max(0, s.at-n)
		s.begun = false
		if to == 0 && len(s.cfg.Events) > 0 {
			s.now = s.cfg.Events[0].T
		}
		return "", false, s.replay(ctx, to, -1<<63)
	case "goto":
		return s.gotoTime(ctx, arg)
	case "until":
		return s.until(ctx, arg)
	case "fired":
		for i := range s.effects {
			b.WriteString(s.effect(&s.effects[i]) + "\n")
		}
		if len(s.effects) == 0 {
			b.WriteString("nothing so far\n")
		}
	case "list", "state", "windows", "why":
		rules, err := s.pick(arg)
		if err != nil {
			return "", false, err
		}
		for _, r := range rules {
			switch found[0] {
			case "list":
				s.list(&b, r)
			case "state":
				s.state(&b, r)
			case "windows":
				s.windows(&b, r)
			case "why":
				s.why(&b, r)
			}
		}
		if len(rules) == 0 {
			b.WriteString("no rules\n")
		}
		if found[0] == "state" && arg == "" {
			s.registers(&b)
		}
	}
	return strings.TrimRight(b.String(), "\n"), false, nil
}

// runTo takes events until stop says so, showing only what was decided.
func (s *Session) runTo(ctx context.Context, b *strings.Builder, stop func() bool) {
	from := s.at
	for s.at < len(s.cfg.Events) && ctx.Err() == nil {
		for _, e := range append(s.advance(s.cfg.Events[s.at].T-1), s.take()...) {
			b.WriteString(s.effect(&e) + "\n")
		}
		if stop() {
			break
		}
	}
	if s.at == len(s.cfg.Events) && ctx.Err() == nil && s.at > 0 {
		for _, e := range s.advance(s.cfg.Events[s.at-1].T) { // the horizon (S28)
			b.WriteString(s.effect(&e) + "\n")
		}
	}
	fmt.Fprintf(b, "%s taken, now at %s\n", plural(s.at-from, "event"), s.clock(s.now))
	if ctx.Err() != nil {
		b.WriteString("interrupted; what was reached is kept\n")
	}
}

// instant reads a time: RFC 3339, the time of day in the recording, or +DUR.
func (s *Session) instant(text string) (int64, bool) {
	if rest, ok := strings.CutPrefix(text, "+"); ok {
		d, err := calendar.ParseDuration(rest)
		return s.now + d, err == nil
	}
	if t, err := calendar.ParseTime(text); err == nil {
		return t, true
	}
	day := time.Unix(0, s.now).UTC().Format(time.DateOnly)
	t, err := calendar.ParseTime(day + "T" + text + "Z")
	return t, err == nil
}

func (s *Session) gotoTime(ctx context.Context, arg string) (string, bool, error) {
	t, ok := s.instant(arg)
	if !ok {
		return "", false, fmt.Errorf(":goto takes a time such as 12:00:31, 2026-03-01T12:00:31Z or +10s, not %q", arg)
	}
	n := 0
	for n < len(s.cfg.Events) && s.cfg.Events[n].T <= t {
		n++
	}
	if n < s.at || t < s.now {
		s.begun = false
		if err := s.replay(ctx, n, -1<<63); err != nil {
			return "", false, err
		}
	}
	for s.at < n && ctx.Err() == nil {
		s.take()
	}
	if ctx.Err() == nil {
		s.advance(t)
	}
	return "", false, nil
}

func (s *Session) until(ctx context.Context, arg string) (string, bool, error) {
	var b strings.Builder
	if t, ok := s.instant(arg); ok {
		s.runTo(ctx, &b, func() bool { return s.at < len(s.cfg.Events) && s.cfg.Events[s.at].T > t })
		return strings.TrimRight(b.String(), "\n"), false, nil
	}
	name := strings.TrimSpace(strings.TrimPrefix(arg, "fired "))
	if i := slices.IndexFunc(s.prog.Rules, func(r vm.Rule) bool { return r.Name == name }); i >= 0 {
		from := len(s.effects)
		s.runTo(ctx, &b, func() bool {
			return slices.ContainsFunc(s.effects[from:], func(e vm.Effect) bool { return e.Rule == i })
		})
		return strings.TrimRight(b.String(), "\n"), false, nil
	}
	if arg == "" {
		return "", false, fmt.Errorf(":until takes a time, the name of a rule, or an expression")
	}
	if _, err := s.value(arg); err != nil {
		return "", false, err
	}
	s.runTo(ctx, &b, func() bool {
		v, err := s.value(arg)
		return err != nil || v == "true"
	})
	return strings.TrimRight(b.String(), "\n"), false, nil
}

// pick finds a rule by name, or all.
func (s *Session) pick(arg string) ([]int, error) {
	var out []int
	var names []string
	for i, r := range s.prog.Rules {
		names = append(names, r.Name)
		if arg == "" || r.Name == arg {
			out = append(out, i)
		}
	}
	if arg != "" && len(out) == 0 {
		if near := lang.Nearest(arg, names); len(near) > 0 {
			return nil, fmt.Errorf("there is no rule %q; did you mean %s?", arg, near[0])
		}
		return nil, fmt.Errorf("there is no rule %q; :list shows them", arg)
	}
	return out, nil
}

// Complete proposes ways to go on with the word that ends at pos.
func (s *Session) Complete(line string, pos int) (head string, words []string, tail string) {
	start := pos
	for start > 0 && (isWord(line[start-1]) || line[start-1] == ':' && start == 1) {
		start--
	}
	word := line[start:pos]
	var names []string
	if strings.HasPrefix(word, ":") {
		for _, c := range commands {
			names = append(names, ":"+c.name)
		}
	} else {
		names = append(names, s.cfg.Env.FuncNames()...)
		names = append(names, "on", "where", "by", "when", "for", "do", "fire", "log", "clear", "limit")
		for _, r := range s.unit.Rules {
			if r.Decl.Name.Text != "" {
				names = append(names, r.Label)
			}
		}
		for _, ev := range s.cfg.Events[:min(len(s.cfg.Events), max(s.at, 100))] {
			for _, f := range ev.Data.Fields() {
				names = append(names, f.Name)
			}
		}
	}
	slices.Sort(names)
	for _, n := range slices.Compact(names) {
		if strings.HasPrefix(n, word) && word != "" {
			words = append(words, n)
		}
	}
	return line[:start], words, line[pos:]
}

func isWord(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
