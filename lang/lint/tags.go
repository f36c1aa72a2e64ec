package lint

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/lang/graph"
	"github.com/eda-lang/eda/vm/tag"
)

// slips finds tags that no event is declared for and that are nearly another
// tag of the program: what is fired for nobody and nearly what a rule listens
// to, what is listened to in vain and nearly what is fired, and what stands
// here once and nearly so elsewhere several times. Two tags of a program are
// alike more often than they are a slip, so only the plain cases count: the
// leading slash, case, two letters swapped, one letter of a long word.
func slips(p *pass) {
	g := p.Graph()
	var near nearTags
	var nodes []*graph.Node
	for n := range g.Of(graph.Tag) {
		if n.Engine() || declared(g, n.Pattern) {
			continue // the checker has said what there is to say
		}
		near.add(n.Pattern.String(), len(nodes))
		nodes = append(nodes, n)
	}
	for _, n := range nodes {
		r := roleOf(n)
		if r == both || r == heard && p.Observed != nil && len(p.recorded(n.Pattern).Tags) > 0 {
			continue // it comes
		}
		for i := range near.of(n.Pattern.String()) {
			o := nodes[i]
			if s, ok := slipOf(n.Pattern.String(), o.Pattern.String()); ok && o != n && p.likelier(s, n, r, o, roleOf(o)) {
				p.slip(n, r, o, s)
				break
			}
		}
	}
}

// nearTags finds tags that may be slips of each other without comparing all:
// words that differ by one letter, or by two swapped, are alike when some letter
// of each is left out (Mor and Fraenkel, "A hash code method for detecting and
// correcting spelling errors", 1982). Case is left out, and the leading slash.
type nearTags struct {
	last    map[uint64]int32 // of entries with this hash, from 1
	entries []struct{ tag, next int32 }
}

func (t *nearTags) add(text string, tag int) {
	if t.last == nil {
		t.last = map[uint64]int32{}
	}
	for h := range hashes(text) {
		t.entries = append(t.entries, struct{ tag, next int32 }{int32(tag), t.last[h]})
		t.last[h] = int32(len(t.entries))
	}
}

// of are the tags that one may be a slip of, itself among them, the first added last.
func (t *nearTags) of(text string) iter.Seq[int] {
	return func(yield func(int) bool) {
		for h := range hashes(text) {
			for i := t.last[h]; i > 0; i = t.entries[i-1].next {
				if !yield(int(t.entries[i-1].tag)) {
					return
				}
			}
		}
	}
}

// longTag is how many bytes a tag has at most to be taken for a slip of another;
// nobody writes longer ones by hand.
const longTag = 200

// hashes are those of a tag (FNV-1a), and of it without each one of its letters
// in words of some length.
func hashes(text string) iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		text := strings.ToLower(strings.TrimPrefix(text, "/"))
		add := func(h uint64, s string) uint64 {
			for i := range len(s) {
				h = (h ^ uint64(s[i])) * 0x100000001b3
			}
			return h
		}
		before := uint64(0xcbf29ce484222325)
		if !yield(add(before, text)) || len(text) > longTag {
			return
		}
		for at := 0; at < len(text); {
			end := at + 1
			for text[at] != '/' && end < len(text) && text[end] != '/' {
				end++
			}
			word := text[at:end]
			for i := range len(word) {
				if c := word[i]; len(word) >= 4 && 'a' <= c && c <= 'z' && !strings.Contains(word, "*") && !yield(add(before, text[at+i+1:])) {
					return
				}
				before = add(before, word[i:i+1])
			}
			at = end
		}
	}
}

// role is what the program does with the events of a tag.
type role uint8

const (
	heard role = 1 << iota
	fired
	both = heard | fired
)

func roleOf(n *graph.Node) role {
	var r role
	if !graph.None(n.Heard()) {
		r |= heard
	}
	if !graph.None(n.Fed()) {
		r |= fired
	}
	return r
}

// tagSlip is how one tag differs from another.
type tagSlip struct {
	how  string
	seg  int // the segment, -1 for the leading slash and case
	want string
	like likeness
}

// slipOf reports how a tag differs from another if that may be a slip.
func slipOf(a, b string) (tagSlip, bool) {
	switch {
	case "/"+a == b:
		return tagSlip{"with a leading slash", -1, b, swapped}, true
	case a == "/"+b:
		return tagSlip{"without the leading slash", -1, b, swapped}, true
	case strings.EqualFold(a, b) && !strings.Contains(a, "*"):
		return tagSlip{"with other capitals", -1, b, swapped}, true
	}
	as, bs := strings.Split(a, "/"), strings.Split(b, "/")
	if len(as) != len(bs) {
		return tagSlip{}, false
	}
	out, found := tagSlip{}, false
	for i, x := range as {
		y := bs[i]
		switch {
		case x == y:
		case found || strings.Contains(x, "*") || strings.Contains(y, "*"):
			return tagSlip{}, false
		default:
			if out.like = misspelt(x, y); strings.EqualFold(x, y) {
				out.like = swapped
			}
			if found = out.like != unlike; !found {
				return tagSlip{}, false
			}
			out.seg, out.want, out.how = i, y, fmt.Sprintf("with `%s` instead of `%s`", y, x)
		}
	}
	return out, found
}

// likeness is how one word may be a slip of another.
type likeness uint8

const (
	unlike  likeness = iota
	changed          // by another letter
	dropped          // by a letter more or less
	swapped          // by two letters swapped, or by case: no two words differ so by chance
)

// misspelt compares words of some length. Words with other numbers are others,
// and so are those with an ending.
func misspelt(a, b string) likeness {
	x, y := []rune(a), []rune(b)
	for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	ending := len(x) == 0 || len(y) == 0
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	letters := !slices.ContainsFunc(append(slices.Clone(x), y...), func(r rune) bool { return !unicode.IsLetter(r) })
	switch {
	case ending || !letters || min(len(a), len(b)) < 4:
		return unlike
	case len(x) == 2 && len(y) == 2 && x[0] == y[1] && x[1] == y[0]:
		return swapped
	case max(len(a), len(b)) < 6 || len(x) > 1 || len(y) > 1:
		return unlike
	case len(x) == len(y):
		return changed
	}
	return dropped
}

// certain reports whether a tag is a slip of another one, by what each is for
// and how often it stands in the program.
func (s tagSlip) certain(n *graph.Node, r role, o *graph.Node, other role) bool {
	switch {
	case r == fired && other&heard != 0:
		return true // nobody takes it, and somebody waits
	case r == heard && other == both:
		return true // the other one is complete without it
	case r == heard && other == fired:
		return false // said at what is fired
	}
	mine, theirs := uses(n), uses(o)
	switch {
	case s.like == swapped && o.Sender() != nil:
		return true // it has a name for what this is
	case s.like < swapped:
		return s.like == dropped && mine == 1 && theirs > 1
	}
	return mine < theirs || mine == theirs && s.seg < 0 && later(n, o)
}

// likelier is certain, but for a tag that is fired and one that is listened to,
// of which the one has a word that stands elsewhere too: then the other is said.
func (p *pass) likelier(s tagSlip, n *graph.Node, r role, o *graph.Node, other role) bool {
	mine, theirs := r == fired && other == heard, r == heard && other == fired
	if s.seg < 0 || !mine && !theirs {
		return s.certain(n, r, o, other)
	}
	segment := func(n *graph.Node) string {
		if segs := strings.Split(n.Pattern.String(), "/"); s.seg < len(segs) {
			return segs[s.seg]
		}
		return ""
	}
	known := func(n *graph.Node) bool { return p.wordCounts()[segment(n)] > uses(n) }
	if known(n) == known(o) {
		return mine
	}
	return known(o)
}

// wordCounts counts the words in the source.
func (p *pass) wordCounts() map[string]int {
	if p.counted == nil {
		p.counted = map[string]int{}
		for _, f := range p.Files {
			for w := range strings.FieldsFuncSeq(f.Source.Text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' }) {
				p.counted[w]++
			}
		}
	}
	return p.counted
}

// uses counts the places that name a tag.
func uses(n *graph.Node) int {
	c := 0
	for e := range graph.Along(n.In, graph.Fires, graph.Sends) {
		c += len(e.Uses)
	}
	for e := range graph.Along(n.Out, graph.Listens, graph.Forbids, graph.Ranges, graph.Acks) {
		c += len(e.Uses)
	}
	return c
}

// later reports whether a tag is first written after another.
func later(n, o *graph.Node) bool {
	if n.File != o.File {
		return n.File.Source.Name > o.File.Source.Name
	}
	return n.At.Start > o.At.Start
}

// slip reports each place that names the tag.
func (p *pass) slip(n *graph.Node, r role, o *graph.Node, s tagSlip) {
	edges := graph.Along(n.Out, graph.Listens, graph.Forbids, graph.Ranges)
	if r == fired {
		edges = graph.Along(n.In, graph.Fires)
	}
	say, others := "no other rule listens to this tag, but `%s` listens to one %s", o.Heard()
	switch other := roleOf(o); {
	case r == fired && other&heard != 0:
		say = "no rule listens to this tag, but `%s` listens to one %s"
	case r == fired && o.Sender() != nil:
		say, others = "no other rule fires this tag, but `%s` sends one %s", o.Fed()
	case r == fired:
		say, others = "no other rule fires this tag, but `%s` fires one %s", o.Fed()
	case other&fired != 0:
		say, others = "no rule fires this tag, but `%s` fires one %s", o.Fed()
	}
	for e := range edges {
		for _, u := range e.Uses {
			for other := range others {
				d := p.use(lang.CodeTagSlip, e.Party(), u, say, other.Party().Name, s.how)
				if a := o.Sender(); r == fired && a != nil {
					note(d, a.File, a.At, "the action")
				} else {
					note(d, other.Uses[0].File, other.Uses[0].At, "here")
				}
				if text, ok := s.mended(u); ok {
					d.Fixes = append(d.Fixes, change(u.File, u.At, text, "write "+text, false))
				}
				break
			}
		}
	}
}

// mended is a tag as written, with what it should be.
func (s tagSlip) mended(u graph.Use) (string, bool) {
	raw := u.File.Source.Text[u.At.Start:u.At.End]
	if len(raw) < 2 || raw[0] != '"' {
		return "", false
	}
	inner := raw[1 : len(raw)-1]
	if s.seg >= 0 {
		segs := strings.Split(inner, "/")
		if s.seg >= len(segs) {
			return "", false
		}
		segs[s.seg] = s.want
		return `"` + strings.Join(segs, "/") + `"`, true
	}
	if cut, had := strings.CutPrefix(inner, "/"); had && !strings.HasPrefix(s.want, "/") {
		return `"` + cut + `"`, true
	} else if !had && strings.HasPrefix(s.want, "/") {
		return `"/` + inner + `"`, true
	}
	return `"` + s.want + `"`, true
}

// unheardTags advises on what is fired and taken by no rule, which is right if
// somebody outside takes it, and warns where the settings say who does (S34).
func unheardTags(p *pass) {
	var near nearTags // what rules listen to in vain
	var waiting []*graph.Node
	taken, left := 0, 0 // of what is fired
	for n := range p.Graph().Of(graph.Tag) {
		if !n.Engine() && roleOf(n) == heard {
			near.add(n.Pattern.String(), len(waiting))
			waiting = append(waiting, n)
		}
		switch {
		case graph.None(graph.Along(n.In, graph.Fires)):
		case graph.None(n.Heard()):
			left++
		default:
			taken++
		}
	}
	for n := range p.Graph().Of(graph.Tag) {
		if !graph.None(n.Heard()) || covered(p.Outputs, n.Pattern) {
			continue
		}
		if len(p.Outputs) > 0 {
			for e := range graph.Along(n.In, graph.Fires, graph.Sends) {
				d := p.use(lang.CodeUnheardTag, e.From, e.Uses[0], "no rule listens to this tag, and it is not among the `outputs` of edac.toml")
				d.Severity = lang.Warning
				break
			}
			continue
		}
		for e := range graph.Along(n.In, graph.Fires) {
			meant := ""
			for i := range near.of(n.Pattern.String()) {
				if seg, want := differs(n.Pattern.String(), waiting[i].Pattern.String()); want != "" {
					if text, ok := (tagSlip{seg: seg, want: want}).mended(e.Uses[0]); ok {
						meant = text
					}
					break
				}
			}
			if meant == "" && left >= taken {
				break // most of what is fired here is for others
			}
			d := p.use(lang.CodeUnheardTag, e.From, e.Uses[0], "no rule here listens to this tag; if somebody outside does, name it in `outputs` of edac.toml")
			if meant != "" {
				d.Message += "; or did you mean " + meant + "?"
				d.Fixes = append(d.Fixes, change(e.Uses[0].File, e.Uses[0].At, meant, "write "+meant, false))
			}
			break
		}
	}
}

// differs is the one segment without wildcards in which two tags differ.
func differs(a, b string) (seg int, want string) {
	as, bs := strings.Split(a, "/"), strings.Split(b, "/")
	if len(as) != len(bs) {
		return 0, ""
	}
	for i, x := range as {
		if y := bs[i]; x != y {
			if want != "" || strings.Contains(x+y, "*") {
				return 0, ""
			}
			seg, want = i, y
		}
	}
	return seg, want
}

// unheardEvents advises on declarations of events that no rule has to do with.
func unheardEvents(p *pass) {
	g := p.Graph()
	for n := range g.Of(graph.Tag) {
		if n.Event == nil || n.File.Source.Joined || len(p.Rules) == 0 {
			continue
		}
		used := slices.ContainsFunc(g.Meeting(n.Pattern), func(o *graph.Node) bool { return uses(o) > 0 })
		if !used {
			p.report(lang.CodeUnheard, n.File, nil, n.Event.Decl.Tag.At, "no rule listens to this event or fires it; leave it out if nobody needs it")
		}
	}
}

// deadRules finds rules on tags that nobody sends: by the settings, if they say
// what comes from outside, and else where all other tags of the program are
// declared or fired (S33).
func deadRules(p *pass) {
	g := p.Graph()
	known, unknown := 0, 0
	sent := func(n *graph.Node) bool {
		if n.Engine() || !graph.None(n.Fed()) {
			return true
		}
		if len(p.Inputs) == 0 {
			return declared(g, n.Pattern)
		}
		return slices.ContainsFunc(p.Inputs, func(in tag.Pattern) bool { return tag.Intersect(in, n.Pattern) })
	}
	for n := range g.Of(graph.Tag) {
		if graph.None(graph.Along(n.Out, graph.Listens, graph.Ranges)) {
			continue
		}
		if sent(n) {
			known++
		} else {
			unknown++
		}
	}
	if len(p.Inputs) == 0 && (unknown != 1 || known < 3) {
		return
	}
	for n := range g.Of(graph.Tag) {
		if sent(n) {
			continue
		}
		for e := range graph.Along(n.Out, graph.Listens) {
			if len(p.Inputs) > 0 {
				d := p.use(lang.CodeDeadRule, e.To, e.Uses[0], "no rule fires this tag, and it is not among the `inputs` of edac.toml")
				d.Severity = lang.Warning
			} else {
				p.use(lang.CodeDeadRule, e.To, e.Uses[0], "nobody is known to send this: no event is declared for this tag and no rule fires it, unlike all other tags here; declare the event, or correct the tag")
			}
		}
	}
}
