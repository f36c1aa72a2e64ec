package vm

import (
	"errors"
	"strings"
	"testing"

	"github.com/eda-lang/eda/vm/value"
)

// What TestVerifyRefuses leaves out: bounds of each kind of operand, the
// stack, and the parts of rules.
// inSteps makes a sequence of the first rule's source.
func inSteps(steps ...Step) func(p *Program) {
	return func(p *Program) { p.Rules[0].Sequence = &Sequence{Within: 1, Steps: steps} }
}

func TestVerifyBounds(t *testing.T) {
	// cond puts other code in the place of the condition of the first rule
	cond := func(ins ...Instr) func(p *Program) {
		return func(p *Program) {
			p.Rules[0].When = Block(len(p.Code))
			for _, in := range append(ins, Instr{Op: OpRet}) {
				p.Code, p.Lines = append(p.Code, in), append(p.Lines, Line{})
			}
		}
	}
	one := Instr{Op: OpConst}
	var full []Instr
	for range maxStack + 1 {
		full = append(full, one)
	}
	for _, c := range []struct {
		name   string
		change func(p *Program)
		want   string
	}{
		{"constant", cond(Instr{Op: OpConst, A: 9}), "constant 9 of 9"},
		{"great constant", cond(Instr{Op: OpConst, A: 1<<32 - 1}), "constant 4294967295 of 9"},
		{"capture", cond(Instr{Op: OpCap, A: 1}), "capture 1 of 1"},
		{"alias", cond(Instr{Op: OpAlias, A: 2}), "alternatives beyond the source's 1"},
		{"regexp", cond(one, Instr{Op: OpMatch, A: 1}), "regular expression 1 of 1"},
		{"function", cond(Instr{Op: OpCall}), "function 0 of 0"},
		{"window", cond(Instr{Op: OpAgg, A: 1}), "window 1 of 1"},
		{"aggregate", cond(Instr{Op: OpAgg, B: 2}), "aggregate 2 of 2"},
		{"comparer", cond(Instr{Op: OpPrev}), "comparer 0 of 0"},
		{"key part", func(p *Program) { p.Code[p.Rules[0].Mutes[0]].A = 1 }, "key part 1 of 1"},
		{"a key part in a condition", cond(Instr{Op: OpKey}), "mutes speak of the key"},
		{"a mute that sees an event", func(p *Program) { p.Rules[0].Mutes[0] = p.Rules[0].Windows[0].Arg }, "mutes speak of the key"},
		{"reads of no mute", func(p *Program) { p.Rules[0].Mutes = nil }, "only the mutes"},
		{"spans", cond(Instr{Op: OpDuring, A: 1}), "spans 1 of 1"},
		{"spans of no day", func(p *Program) { p.Spans[0].Text = "holiday 09:00-10:00" }, "is not a day"},
		{"spans of no zone", func(p *Program) { p.Spans[0].Zone = "Mars/Base" }, "Mars/Base"},
		{"unique", cond(Instr{Op: OpUnique}), "unique 0 of 0"},
		{"ask", cond(Instr{Op: OpActive}), "ask 0 of 0"},
		{"decimals", cond(one, Instr{Op: OpFixed, A: 10}), "10 decimals"},
		{"count", cond(Instr{Op: OpConcat, A: maxStack + 1}), "65 values"},
		{"list of more than there is", cond(one, Instr{Op: OpMakeList, A: 2}), "takes 2 values of 1"},
		{"object of more than there is", cond(one, Instr{Op: OpMakeObject, A: 4}), "takes 2 values of 1"},
		{"a second operand", cond(Instr{Op: OpConst, B: 1}), "const has one operand"},
		{"an operand too many", cond(Instr{Op: OpTag, A: 1}), "tag has no operand"},
		{"overflow", cond(full...), "more than 64 values"},
		{"ret of nothing", cond(), "takes 1 value"},
		{"ret of two", cond(one, one), "ret leaves 1 values"},
		{"jump to itself", cond(one, Instr{Op: OpJumpTrue}), "jumps to"},
		{"unequal depth", func(p *Program) {
			cond(one, Instr{Op: OpJumpTrue, A: uint32(len(p.Code)) + 3}, one)(p)
		}, "is reached with"},
		{"jump into the next block", func(p *Program) {
			cond(one, Instr{Op: OpJumpTrue, A: uint32(len(p.Code)) + 3})(p)
			cond(one)(p)
			p.Rules[0].When = Block(len(p.Code)) - 5
		}, "jumps to"},
		{"name that is no text", func(p *Program) { p.Consts[4] = value.List([]value.Value{{}, value.Int(1)}) }, "a name of an object is no text"},
		{"negative duration", func(p *Program) { p.Consts[2] = value.Duration(-1) }, "needs a duration"},
		{"event", func(p *Program) { p.Events[0].Pattern = "/a//b" }, "event"},
		{"kind", func(p *Program) { p.Events[0].Fields[0].Kind = 9 }, "has kind 9"},
		{"action sent too often", func(p *Program) { p.Actions[1].Retry = MaxRetry + 1 }, "sent again too often"},
		{"action that waits no time", func(p *Program) { p.Actions[0].Timeout = 0 }, "waits no time"},
		{"parameter kind", func(p *Program) { p.Actions[0].Params[0].Kind = 9 }, "of no kind"},
		{"call of no action", func(p *Program) { p.Rules[0].ClearDo[1].Action = 2 }, "action 2 of 2"},
		{"fire with an ack", func(p *Program) { p.Rules[0].Do[0].Ack = p.Rules[0].Do[0].Tag }, "only a call has an action"},
		{"permit", func(p *Program) { p.Permits[0][0] = "/**/**" }, "permit"},
		{"permit that is not there", func(p *Program) { p.Rules[0].Do[0].Permits[0] = 2 }, "permit 2 of 2"},
		{"log with a permit", func(p *Program) { p.Rules[1].Do[0].Permits = []int{0} }, "only what is fired needs a permit"},
		{"gather without time", func(p *Program) { p.Rules[1].Gather.For = 0 }, "the gathering is malformed"},
		{"gather with another's key", func(p *Program) { p.Rules[1].Gather.Own = false }, "the gathering is malformed"},
		{"take without code", func(p *Program) { p.Rules[1].Gather.Takes[0] = 0 }, "no code begins"},
		{"gathered act about an event", func(p *Program) {
			p.Rules[1].Do[0].Text = Block(len(p.Code))
			when := p.Rules[0].When
			cond(Instr{Op: OpEvent})(p)
			p.Rules[0].When = when
		}, "event cannot stand here"},
		{"group where nothing is gathered", cond(Instr{Op: OpGroupCount}), "group_count cannot stand here"},
		{"take that is not there", func(p *Program) {
			p.Rules[1].Do[0].Text = Block(len(p.Code))
			when := p.Rules[0].When
			cond(Instr{Op: OpGroup, A: 1})(p)
			p.Rules[0].When = when
		}, "take 1 of 1"},
		{"file", func(p *Program) { p.Lines[1].File = 1 }, "in file 1 of 1"},
		{"no source", func(p *Program) { p.Rules[0].Elems = nil }, "0 alternatives"},
		{"too many sources", func(p *Program) { p.Rules[1].Elems = make([]Elem, 33) }, "33 alternatives"},
		{"hold without when", func(p *Program) { p.Rules[1].For = 1 }, "a rule without when"},
		{"negative hold", func(p *Program) { p.Rules[0].For = -1 }, "a duration is negative"},
		{"key without code", func(p *Program) { p.Rules[0].Key[0].Code = 0 }, "no code begins"},
		{"sequence that begins with not", inSteps(Step{Not: true, Counts: []int{1}}), "begins with what comes"},
		{"sequence without steps", inSteps(), "begins with what comes"},
		{"sequence with comparers", func(p *Program) {
			inSteps(Step{Counts: []int{2}})(p)
			p.Rules[0].Comparers = []Block{p.Rules[0].Key[0].Code}
		}, "has no comparers"},
		{"sequence without a duration", func(p *Program) {
			inSteps(Step{Counts: []int{2}})(p)
			p.Rules[0].Sequence.Within = 0
		}, "has a duration"},
		{"two not in a row", inSteps(Step{Counts: []int{1}}, Step{Not: true, Counts: []int{1}}, Step{Not: true, Counts: []int{1}}), "step 2 of the sequence is malformed"},
		{"not both", inSteps(Step{Counts: []int{1}}, Step{Not: true, Both: true, Counts: []int{1}}), "step 1 of the sequence is malformed"},
		{"not of several", inSteps(Step{Counts: []int{1}}, Step{Not: true, Counts: []int{2}}), "step 1 of the sequence takes 2 events"},
		{"step of nothing", inSteps(Step{}), "step 0 of the sequence is malformed"},
		{"no events", inSteps(Step{Counts: []int{0}}), "takes 0 events"},
		{"more elements than there are", inSteps(Step{Counts: []int{1}}, Step{Counts: []int{1}}), "takes 2 elements of 1"},
		{"more events than are kept", inSteps(Step{Counts: []int{MaxPending + 1}}), "takes 1001 events"},
		{"unique of nothing", func(p *Program) { p.Rules[0].Uniques = []Unique{{0, 1}} }, "comparer 0 of 0"},
		{"unique for no time", func(p *Program) {
			p.Rules[0].Comparers, p.Rules[0].Uniques = []Block{p.Rules[0].Key[0].Code}, []Unique{{0, 0}}
		}, "within 0 ns"},
		{"window kind", func(p *Program) { p.Rules[0].Windows[0].Kind = 5 }, "has kind 5"},
		{"last too many", func(p *Program) { p.Rules[0].Windows[0] = Window{Kind: Last, Size: 1 << 40} }, "size"},
		{"limit with another's key", func(p *Program) { p.Rules[0].Limit.Own = false }, "limit is malformed"},
		{"ask for no situation", func(p *Program) { p.Rules[1].Asks[0].Rule = 1 }, "without when"},
		{"ask joins on nothing", func(p *Program) { p.Rules[1].Asks[0] = Ask{0, []int{0}, []int{0}} }, "joins on a key part"},
		{"active in a key", func(p *Program) {
			p.Rules[1].Key = []KeyPart{{Name: "k", Code: Block(len(p.Code))}}
			when := p.Rules[0].When
			cond(Instr{Op: OpActive})(p)
			p.Rules[0].When = when
		}, "active cannot stand"},
	} {
		p := sample()
		c.change(p)
		err := Verify(p, nil)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
			continue
		}
		var bad *VerifyError
		if !errors.As(err, &bad) || !strings.HasPrefix(err.Error(), "bad program") {
			t.Errorf("%s: %#v", c.name, err)
		}
	}
}

// A library lacks what the program names.
func TestVerifyAgainstLibrary(t *testing.T) {
	if err := Verify(sample(), library()); err != nil {
		t.Fatal(err)
	}
	p := sample()
	p.Funcs = []string{"round"}
	if err := Verify(p, library()); err == nil || !strings.Contains(err.Error(), `there is no function "round" here`) {
		t.Error(err)
	}
	p = sample()
	p.Rules[0].Windows[0].Aggs[1].Name = "median"
	if err := Verify(p, library()); err == nil || !strings.Contains(err.Error(), `there is no aggregator "median" here`) {
		t.Error(err)
	}
	for _, c := range []struct {
		change func(w *Window)
		want   string
	}{
		{func(w *Window) { w.Aggs[1].Param = 5 }, `"max" does not take the parameter 5`},
		{func(w *Window) { w.Aggs[1] = Agg{"pct", 6} }, `"pct" does not take the parameter 6`},
		{func(w *Window) { w.Aggs[1] = Agg{"pct", 5} }, ""},
		{func(w *Window) { w.Carry = w.Arg }, "differ in what entries carry"},
		{func(w *Window) { w.Aggs = []Agg{{Name: "max_by"}} }, "differ in what entries carry"},
		{func(w *Window) { w.Aggs, w.Carry = []Agg{{Name: "max_by"}}, w.Arg }, ""},
		{func(w *Window) { w.Aggs[1] = Agg{Name: "count"} }, "over numbers for one aggregator"},
	} {
		p, lib := sample(), library()
		lib.Aggs["count"] = Aggregator{Name: "count"}
		c.change(&p.Rules[0].Windows[0])
		if err := Verify(p, lib); (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		}
	}
	lib := library()
	lib.Funcs["round"] = Func{Name: "round", Min: 1, Max: 2}
	p = sample()
	p.Funcs = []string{"round"}
	p.Code[1] = Instr{Op: OpCall}
	if err := Verify(p, lib); err == nil || !strings.Contains(err.Error(), "round takes 1 to 2 arguments, not 0") {
		t.Error(err)
	}
}
