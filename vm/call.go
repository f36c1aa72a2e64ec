package vm

import (
	"cmp"
	"encoding/hex"
	"math"
	"slices"

	"github.com/eda-lang/eda/vm/value"
)

// Calls: events to actors (S29c). One that is to be acknowledged is sent again
// until an event on its ack tag carries its id, or it has been sent as often as
// its action says; then /eda/dead tells. All of it is timers, so a replay
// shows the same.

// MaxCalls is how many calls of a rule may wait for an answer at once; one
// beyond is sent, and nobody waits for its answer.
const MaxCalls = 10_000

// MaxRetry is how often a call may be sent again.
const MaxRetry = 30

// Action is a declared action: its parameters, and the delivery of those calls
// that wait for an answer.
type Action struct {
	Name    string
	Params  []ActionParam
	Retry   int
	Backoff int64 // ns before it is sent again, doubled each time
	Timeout int64 // ns to wait for an answer
}

// ActionParam is a parameter. Kind None means any; only an optional one may be
// none.
type ActionParam struct {
	Name     string
	Kind     value.Kind
	Optional bool
}

// call is one that waits for an answer.
type call struct {
	rule   *ruleState
	effect Effect // as it was sent; its key is the timer's
	ack    string
	action int
	asked  bool // sent, and not yet given up; otherwise it waits to be sent again
	timer
}

// fittedCall makes the data of a call: its arguments, fitted to the parameters. ok
// is false if one does not fit, which is counted.
func (m *Machine) fittedCall(a *Act) (data value.Value, ok bool) {
	args := value.Value{}
	if a.Data != 0 {
		args = m.run(a.Data)
	}
	params := m.prog.Actions[a.Action].Params
	fields := make([]value.Field, 0, len(params))
	for i := range params {
		p := &params[i]
		v := args.Get(p.Name)
		switch {
		case !v.IsNone():
			fit, ok := fit(v, p.Kind)
			if !ok {
				m.stats.Unsent++
				m.fault(a.Data, value.Mismatch, v, value.Value{})
				return data, false
			}
			v = fit
		case !p.Optional:
			m.stats.Unsent++
			m.fault(a.Data, value.NoArgument, v, value.Value{})
			return data, false
		}
		fields = append(fields, value.Field{Name: p.Name, Value: v})
	}
	return value.Object(fields), true
}

// ackOf is the tag on which a call is answered; ok is false if a part of it is
// none.
func (m *Machine) ackOf(a *Act) (tag string, ok bool) {
	if a.Ack == 0 {
		return "", true
	}
	return m.run(a.Ack).AsString()
}

// awaitAnswer notes a call that was sent and is to be answered.
func (m *Machine) awaitAnswer(e *Effect) {
	rs := m.rules[e.Rule]
	a := rs.act(e.Act)
	if e.Attempt > 1 || a == nil {
		return
	}
	if rs.waiting >= MaxCalls {
		m.stats.Unwatched++
		return
	}
	c := m.newCall(rs, *e, a.Action)
	m.timers.set(&c.timer, after(m.now, m.prog.Actions[a.Action].Timeout))
}

func (m *Machine) newCall(rs *ruleState, e Effect, action int) *call {
	m.sent++
	c := &call{rule: rs, effect: e, ack: e.ack, action: action, asked: true,
		timer: timer{wake: never, place: -1, rank: rankCall, order: rs.Order, key: e.Key, turn: m.sent}}
	c.what = c
	m.calls[e.ID] = c
	rs.waiting++
	return c
}

// act is the act with that number; those of clear do follow those of do.
func (r *Rule) act(n int) *Act {
	switch {
	case n < 0:
	case n < len(r.Do):
		return &r.Do[n]
	case n-len(r.Do) < len(r.ClearDo):
		return &r.ClearDo[n-len(r.Do)]
	}
	return nil
}

// answered lets go of the call that an event acknowledges.
func (m *Machine) answered(ev *Event) {
	text, ok := ev.Data.Get("id").AsString()
	if !ok || len(text) != 32 {
		return
	}
	var id [16]byte
	if _, err := hex.Decode(id[:], []byte(text)); err != nil {
		return
	}
	if c := m.calls[id]; c != nil && c.ack == ev.Tag && hex.EncodeToString(id[:]) == text {
		m.forgetCall(c)
	}
}

func (m *Machine) forgetCall(c *call) {
	m.timers.set(&c.timer, never)
	delete(m.calls, c.effect.ID)
	c.rule.waiting--
}

// due is the end of a wait: for an answer, or to send the call again.
func (c *call) due(m *Machine) {
	a := &m.prog.Actions[c.action]
	if !c.asked {
		m.stats.Resent++
		c.asked = true
		c.effect.Attempt++
		m.emit(c.effect)
		m.timers.set(&c.timer, after(m.now, a.Timeout))
		return
	}
	if c.effect.Attempt <= a.Retry {
		wait := int64(math.MaxInt64)
		if n := c.effect.Attempt - 1; a.Backoff <= wait>>n {
			wait = a.Backoff << n
		}
		if t := after(m.now, wait); t < never {
			c.asked = false
			m.timers.set(&c.timer, t)
			return
		}
	}
	m.forgetCall(c)
	m.stats.Dead++
	m.emit(Effect{Rule: c.rule.index, Key: c.key, Grouped: c.effect.Grouped, Act: -1, Kind: Noted, Tag: "/eda/dead", Data: value.Object([]value.Field{
		{Name: "action", Value: value.String(a.Name)}, {Name: "id", Value: value.String(hex.EncodeToString(c.effect.ID[:]))},
		{Name: "attempts", Value: value.Int(int64(c.effect.Attempt))},
	})})
}

// hops of the event that the call goes back to: each sending is one hop from it.
func (c *call) hops() int { return c.effect.Hops - 1 }

// outstanding are the calls of a rule that wait, in the order they were sent.
func (m *Machine) outstanding(rs *ruleState) []*call {
	var out []*call
	for _, c := range m.calls {
		if c.rule == rs {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b *call) int { return cmp.Compare(a.turn, b.turn) })
	return out
}

// resume: what was not heard in blind time may have been said.
func (c *call) resume(m *Machine) {
	if c.asked {
		m.timers.set(&c.timer, after(m.now, m.prog.Actions[c.action].Timeout))
	} else {
		m.timers.set(&c.timer, max(c.wake, m.now))
	}
}

func (a *Action) check() string {
	switch {
	case a.Retry < 0 || a.Retry > MaxRetry:
		return "is sent again too often"
	case a.Backoff <= 0 || a.Timeout <= 0:
		return "waits no time"
	}
	for _, p := range a.Params {
		if p.Kind > value.KindObject {
			return "has a parameter of no kind"
		}
	}
	return ""
}

func (v *verifier) actionsOf() error {
	for i := range v.p.Actions {
		if why := v.p.Actions[i].check(); why != "" {
			return v.fail(-1, "action %q %s", v.p.Actions[i].Name, why)
		}
	}
	return nil
}

func (v *verifier) callOf(a *Act) error {
	if a.Kind != Call && (a.Action != 0 || a.Ack != 0) {
		return v.fail(-1, "only a call has an action")
	}
	if a.Kind == Call && (a.Action < 0 || a.Action >= len(v.p.Actions)) {
		return v.fail(-1, "an act calls action %d of %d", a.Action, len(v.p.Actions))
	}
	return nil
}

func (c *codec) action(a *Action) {
	c.str(&a.Name)
	list(c, &a.Params, func(p *ActionParam) {
		c.str(&p.Name)
		small(c, (*uint8)(&p.Kind))
		c.bool(&p.Optional)
	})
	c.int(&a.Retry)
	c.int64(&a.Backoff)
	c.int64(&a.Timeout)
}

// actions adds what calls are sent and answered by.
func (h *shape) actions(p *Program) {
	for i := range p.Actions {
		h.codec.action(&p.Actions[i])
	}
}

func (x *call) save(c *codec, o *owner) {
	e := &x.effect
	list(c, &e.Key, c.str)
	c.bool(&e.Grouped)
	c.int(&e.Act)
	c.str(&e.Tag)
	c.remembered(&e.Data)
	c.instant(&e.T, o)
	c.int(&e.Round)
	c.uint(&e.Step)
	id := string(e.ID[:])
	c.str(&id)
	c.int(&e.Hops)
	c.int(&e.Attempt)
	c.str(&x.ack)
	c.int(&x.action)
	c.bool(&x.asked)
	wake := x.wake
	c.deadline(&wake, o)
	if !c.reading || c.err != nil {
		return
	}
	copy(e.ID[:], id)
	grouped := e.Grouped && o.rule.Gather != nil
	if len(id) != 16 || x.action < 0 || x.action >= len(o.m.prog.Actions) || e.Attempt < 1 || e.Attempt > MaxRetry+1 || o.rule.act(e.Act) == nil ||
		e.Grouped != grouped || len(e.Key) != len(o.rule.keyNames(grouped)) && o.rule.Gather == nil || o.m.calls[e.ID] != nil || o.rule.waiting >= MaxCalls || e.Hops < 1 || e.Round < 0 {
		c.fail()
		return
	}
	e.Rule, e.Kind, e.ack = o.rule.index, Called, x.ack
	made := o.m.newCall(o.rule, *e, x.action)
	made.asked = x.asked
	o.m.timers.set(&made.timer, wake)
}

// acts adds what the numbers of a rule's acts mean, and whose they are.
func (h *shape) acts(r *Rule) {
	for _, acts := range [][]Act{r.Do, r.ClearDo} {
		h.int64(int64(len(acts)))
		for i := range acts {
			h.int64(int64(acts[i].Kind))
			h.int64(int64(acts[i].Action))
		}
	}
	h.keys(r)
	h.gather(r)
}
