package compiler_test

import (
	"slices"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// Actions, from S29c, S31 and S36. Where the design leaves a choice:
//
// 40. A call is taken by the program's own rules like any event, and so is each
//     time it is sent again: every sending is an effect with the id of the first,
//     and takes no number.
// 41. An argument is fitted to its parameter; one that does not fit, or is none
//     where the parameter is not optional, keeps the call from being sent.
// 42. An answer is any event, also one that was fired, with that tag and id; at
//     exactly the end of the timeout it is in time, and also while the call waits
//     to be sent again. What calls wait for ends after the groups of an instant, in
//     the order in which timers go, then in that of their first sending.
// 43. The call is bound by the may fire of the file that calls and of that which
//     declares the action.
// 44. Blind time begins the timeout anew; what waits to be sent again is sent at
//     its time, or when blind time ends.

// calling is a call that waits for an answer.
type calling struct {
	p        pending
	ack      string
	decl     *lang.ActionDecl
	attempts int
	asked    bool
	end      int64
}

func (w *world) callAction(r *rule, a lang.Act, act int, x *ctx) {
	info := w.u.Info.Calls[&r.actsOf(act)[0]]
	var decl *lang.ActionDecl
	var file *lang.File
	for _, f := range w.u.Files {
		for _, d := range f.Decls {
			if d, ok := d.(*lang.ActionDecl); ok && d.Name.Text == a.Name.Text {
				decl, file = d, f
			}
		}
	}
	if info == nil || info.Decl != decl {
		panic("the call is of another action")
	}
	sc := &scope{args: map[string]scoped{}}
	var fields []value.Field
	for i, p := range decl.Params {
		sc.args[p.Name.Text] = scoped{a.Args[i], nil}
		v := w.eval(a.Args[i], x, nil)
		if !v.IsNone() {
			if v = fitValue(v, p.Type); v.IsNone() {
				return
			}
		} else if !p.Type.Optional {
			return
		}
		fields = append(fields, value.Field{Name: p.Name.Text, Value: v})
	}
	tag, ok := w.text(decl.To, x, sc)
	if !ok || !w.may(r.info.File, tag) || !w.may(file, tag) {
		return
	}
	ack := ""
	if decl.Ack != nil {
		if ack, ok = w.text(decl.Ack, x, sc); !ok {
			return
		}
	}
	w.emit(r, x.key, effect{Act: act, Kind: vm.Called, Tag: tag}, value.Object(fields))
	if ack != "" {
		w.acts[len(w.acts)-1].call = &calling{ack: ack, decl: decl, attempts: 1, asked: true}
	}
}

// actsOf are the acts from the one with that number on.
func (r *rule) actsOf(n int) []lang.Act {
	if n < len(r.decl.Do) {
		return r.decl.Do[n:]
	}
	return r.decl.Clear.Do[n-len(r.decl.Do):]
}

func (w *world) delivery(x lang.Expr, otherwise int64) int64 {
	if x == nil {
		return otherwise
	}
	return w.duration(x)
}

func (c *calling) timeout(w *world) int64 { return w.delivery(c.decl.Timeout, 30*sec) }

// sent notes what was sent and waits for an answer.
func (w *world) sent(p pending) {
	c := p.call
	if c.attempts == 1 {
		c.p = p
		w.calls = append(w.calls, c)
	}
	c.end = w.now + c.timeout(w)
	w.wake(c.end)
}

// answer lets go of the calls that an event answers.
func (w *world) answer(tag string, data value.Value) {
	id, ok := data.Get("id").AsString()
	w.calls = slices.DeleteFunc(w.calls, func(c *calling) bool { return ok && c.ack == tag && c.p.e.ID == id })
}

// endCalls sends again, or gives up, what was not answered by now.
func (w *world) endCalls() {
	for _, r := range w.timers {
		var due []*calling
		for _, c := range w.calls {
			if c.p.r == r && c.end <= w.now {
				due = append(due, c)
			}
		}
		slices.SortStableFunc(due, func(a, b *calling) int { return slices.Compare(a.p.key, b.p.key) })
		for _, c := range due {
			if slices.Contains(w.calls, c) {
				w.cascade(func() { w.endCall(c) })
				w.overdue()
			}
		}
	}
}

func (w *world) endCall(c *calling) {
	if w.steps++; w.steps > 20000 {
		panic(tooLong)
	}
	w.round, w.acts, w.changed = 0, nil, map[*rule][][]string{}
	defer w.commit()
	retry, backoff := int64(0), w.delivery(c.decl.Backoff, sec)
	if c.decl.Retry != nil {
		retry, _ = w.constant(c.decl.Retry).AsInt()
	}
	w.grouped = c.p.grouped
	defer func() { w.grouped = false }()
	switch {
	case !c.asked:
		c.asked = true
		c.attempts++
		again := c.p
		again.e.T, again.e.Round = w.now, 0
		w.acts = append(w.acts, again)
	case int64(c.attempts) <= retry:
		for range c.attempts - 1 {
			backoff *= 2
		}
		c.asked, c.end = false, w.now+backoff
		w.wake(c.end)
	default:
		w.calls = slices.DeleteFunc(w.calls, func(o *calling) bool { return o == c })
		w.emit(c.p.r, c.p.key, effect{Act: -1, Kind: vm.Noted, Tag: "/eda/dead"}, value.Object([]value.Field{
			{Name: "action", Value: value.String(c.decl.Name.Text)}, {Name: "id", Value: value.String(c.p.e.ID)},
			{Name: "attempts", Value: value.Int(int64(c.attempts))}}))
	}
}

func (w *world) resumeCalls() {
	for _, c := range w.calls {
		if c.asked {
			c.end = w.now + c.timeout(w)
		}
		c.end = max(c.end, w.now)
		w.wake(c.end)
	}
}
