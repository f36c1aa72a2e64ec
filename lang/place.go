package lang

import "slices"

// Some functions look beyond the event at hand, and each has clauses where it
// has no meaning. Expressions are typed without regard to where they stand;
// then stand walks a clause and follows the names it uses, so that what cannot
// stand there cannot come in by a let or a fn either (S37).

// place is the clause an expression stands in.
type place uint8

const (
	inWhere place = iota
	inKey
	inWhen
	inClear
	inClearDo   // clear do
	inMember    // what a group lists of its members
	inDo        // of a situation
	inAct       // do of a rule without when
	inLet       // nothing is refused here; it counts where the let is used
	inFn        // likewise, but for what needs a rule
	inAggregate // the argument or the where of one
	inComparer  // the argument of one
	inReached   // its argument
	inMute      // the where of a mute
)

// looker is a kind of function, or name, that looks beyond the event.
type looker uint8

const (
	anAggregate looker = iota
	aSilence
	aDeadline
	aComparer
	anAsk
	aNow
	aGroup
	aStream // an aggregate over other events
	lookers
)

var refused = map[place][]looker{
	inWhere:     {anAggregate, aSilence, aGroup},
	inKey:       {anAggregate, aSilence, aDeadline, aComparer, anAsk, aGroup, aStream},
	inWhen:      {aComparer, aNow, aGroup},
	inClear:     {aComparer, aNow, aGroup},
	inDo:        {aComparer},
	inClearDo:   {aComparer, aGroup},
	inMember:    {aGroup},
	inFn:        {aComparer, anAsk, aGroup},
	inAggregate: {anAggregate, aSilence, aDeadline, aComparer, anAsk, aGroup, aStream},
	inComparer:  {anAggregate, aSilence, aDeadline, aComparer, anAsk, aGroup, aStream},
	inMute:      {anAggregate, aSilence, aDeadline, aComparer, anAsk, aNow, aGroup},
	inReached:   {anAggregate, aSilence, aDeadline, aComparer, anAsk, aNow, aGroup, aStream},
}

func lookerOf(c *Call) (looker, bool) {
	switch c.Fn.Text {
	case "silent":
		return aSilence, true
	case "reached":
		return aDeadline, true
	case "prev", "changed", "unique":
		return aComparer, true
	case "active":
		return anAsk, true
	}
	_, ok := aggregates[c.Fn.Text]
	if c.From != nil {
		return aStream, ok
	}
	return anAggregate, ok
}

// standing is an expression in a place.
type standing struct {
	e Expr
	p place
}

// stand refuses what has no meaning in a place.
func (c *checker) stand(e Expr, p place) {
	if e == nil || c.stood[standing{e, p}] {
		return
	}
	c.stood[standing{e, p}] = true
	Walk(e, func(x Expr) bool {
		switch x := x.(type) {
		case *Ident:
			switch sym := c.unit.Info.Uses[x]; sym.Kind {
			case SymLet:
				c.through(x.At, x.Text, c.looks(sym.Let, sym.Let.Value), p)
			case SymNow:
				if c.refuses(p, aNow) && !c.found(codeType, x.At) {
					c.misplaced(x.At, aNow, p, "now")
				}
			case SymState:
				for _, k := range c.impliedKey(x) {
					c.stand(k, p)
				}
			}
		case *Select:
			if c.isOfGroup(x) {
				c.standGroup(x, p)
				return false
			}
			if q := c.unit.Info.Qualified[x]; q != nil {
				c.stand(q, p)
			}
		case *Call:
			return c.standCall(x, p)
		}
		return true
	})
}

func (c *checker) standCall(x *Call, p place) bool {
	if fn := c.unit.Fns[x.Fn.Text]; fn != nil {
		c.through(x.Fn.At, fn.Name.Text, c.looks(fn, fn.Body), p)
		places := c.paramPlaces(fn)
		for i, a := range x.Args {
			if i >= len(places) || len(places[i]) == 0 {
				c.stand(a, p)
				continue
			}
			for _, q := range places[i] {
				if q == inLet {
					q = p
				}
				c.stand(a, q)
			}
		}
		return false
	}
	k, ok := lookerOf(x)
	if !ok {
		return true
	}
	if c.refuses(p, k) {
		d := c.misplaced(x.At, k, p, x.Fn.Text)
		if k == aComparer && p == inWhen && !c.rule.Sequence() {
			how := "`where " + c.text(x) + "` keeps the events that differ"
			switch {
			case x.Fn.Text == "prev" && len(x.Args) > 0:
				how = "`where` can compare with it, as in `where " + c.text(x.Args[0]) + " != " + c.text(x) + "`"
			case x.Fn.Text == "unique":
				how = "`where " + c.text(x) + "` keeps the events that are new"
			}
			d.Notes = append(d.Notes, how+"; a rule without `when` acts on each of them")
		}
		return false
	}
	if inner, ok := innerPlace[k]; ok {
		for _, a := range x.Args {
			c.stand(a, inner)
		}
		c.stand(x.Where, inner)
	}
	return false
}

var innerPlace = map[looker]place{anAggregate: inAggregate, aStream: inAggregate, aComparer: inComparer, aDeadline: inReached}

// through reports what a let or a fn brings to a place.
func (c *checker) through(at Span, name string, looks [lookers]Expr, p place) {
	for k := range lookers {
		if !c.refuses(p, k) {
			continue
		}
		switch x := looks[k].(type) {
		case *Call:
			d := c.misplaced(at, k, p, x.Fn.Text)
			d.Message = "`" + name + "` uses `" + x.Fn.Text + "`: " + d.Message
		case *Ident:
			d := c.misplaced(at, k, p, x.Text)
			d.Message = "`" + name + "` uses `" + x.Text + "`: " + d.Message
		default:
			continue
		}
		return
	}
}

// refuses reports whether a looker has no meaning in a place. In a sequence no
// event is the one before (S14).
func (c *checker) refuses(p place, k looker) bool {
	return slices.Contains(refused[p], k) || k == aComparer && p != inFn && c.rule != nil && c.rule.Sequence() || c.untimely(k)
}

// untimely reports whether a looker looks into what ticks do not have.
func (c *checker) untimely(k looker) bool {
	return (k == aComparer || k == anAggregate) && c.rule != nil && c.rule.Ticks != nil
}

func (c *checker) misplaced(at Span, k looker, p place, name string) *Diag {
	code := codeAggPlace
	if k == aComparer || p == inComparer {
		code = codeComparer
	}
	switch {
	case c.untimely(k) && k == aComparer:
		return c.report(code, at, "`%s` compares what is in events, and a tick has no data", name)
	case c.untimely(k):
		return c.report(code, at, "`%s` is over the events of the rule, and a tick has no data; say what it is over: %s(… from \"/tag\")", name, name)
	case k == aComparer && c.rule != nil && c.rule.Sequence():
		return c.report(code, at, "`%s` compares an event with the one before, and in a sequence there is no such one; name the events with `as` and compare them in `when`", name)
	case p == inMute:
		return c.report(codeMute, at, "a mute is asked without an event, so `%s` cannot stand in it; it takes the key, registers, tables and during(…)", name)
	case k == aGroup && p == inMember:
		return c.report(codeGather, at, "a list of what `group` is cannot be made for each member: they had no group then")
	case k == aGroup:
		return c.report(codeGather, at, "`group` is known when the gathered acts run: it stands in `do` alone")
	case p == inKey:
		return c.report(code, at, "a key is read off one event; `%s` cannot stand in it", name)
	case p == inComparer:
		return c.report(code, at, "`prev`, `changed` and `unique` take what is in the event: a field, or what is computed from fields; `%s` is not", name)
	case p == inReached:
		return c.report(code, at, "reached(…) takes a time out of the event; `%s` would move it", name)
	case p == inAggregate:
		return c.report(code, at, "`%s` cannot stand in an aggregate, which takes what is in each event", name)
	case k == aComparer:
		return c.report(code, at, "`%s` compares an event with those before, so it stands in `where`, or in `let` and `do` of a rule without `when`", name)
	case k == aNow:
		return c.report(codeNow, at, "`now` changes at every instant, so a condition on it would have to poll; use reached(time), silent(duration) or a window")
	case k == aSilence:
		return c.report(code, at, "silence is a situation: ask %s(…) in `when`", name)
	case p == inWhere:
		return c.report(code, at, "`where` decides which events `%s` is over, so `%s` cannot stand in it; ask it in `when`", name, name)
	}
	return c.report(code, at, "%s(…) cannot stand in a fn, which belongs to no rule; ask it where the fn is called", name)
}

// looks is what a let or a fn looks at beyond the event, one example of each
// kind, not counting what stands inside another such call.
func (c *checker) looks(of any, e Expr) [lookers]Expr {
	if out, done := c.looked[of]; done {
		return out
	}
	var out [lookers]Expr
	c.looked[of] = out // a ring is another finding
	c.look(e, &out)
	c.looked[of] = out
	return out
}

func (c *checker) look(e Expr, out *[lookers]Expr) {
	merge := func(in [lookers]Expr) {
		for k, x := range in {
			if out[k] == nil {
				out[k] = x
			}
		}
	}
	Walk(e, func(x Expr) bool {
		switch x := x.(type) {
		case *Ident:
			switch sym := c.unit.Info.Uses[x]; sym.Kind {
			case SymLet:
				merge(c.looks(sym.Let, sym.Let.Value))
			case SymNow:
				out[aNow] = x
			case SymState:
				for _, k := range c.impliedKey(x) {
					c.look(k, out)
				}
			}
		case *Select:
			if c.isOfGroup(x) {
				out[aGroup] = x.X
				if name := c.unit.Info.Members[x]; name != nil {
					c.look(name, out)
				}
				return false
			}
			if q := c.unit.Info.Qualified[x]; q != nil {
				c.look(q, out)
			}
		case *Call:
			if fn := c.unit.Fns[x.Fn.Text]; fn != nil {
				merge(c.looks(fn, fn.Body))
				places := c.paramPlaces(fn)
				for i, a := range x.Args {
					if i < len(places) && slices.Contains(places[i], inLet) {
						c.look(a, out)
					}
				}
				return false
			}
			if k, ok := lookerOf(x); ok {
				if out[k] == nil {
					out[k] = x
				}
				return false
			}
		}
		return true
	})
}

// paramPlaces says where each parameter of a fn stands in its body: inLet for
// where the call stands.
func (c *checker) paramPlaces(fn *FnDecl) [][]place {
	if out, done := c.params[fn]; done {
		return out
	}
	out := make([][]place, len(fn.Params))
	c.params[fn] = out
	seen := map[standing]bool{}
	var look func(e Expr, p place)
	look = func(e Expr, p place) {
		if e == nil || seen[standing{e, p}] {
			return
		}
		seen[standing{e, p}] = true
		Walk(e, func(x Expr) bool {
			switch x := x.(type) {
			case *Ident:
				if sym := c.unit.Info.Uses[x]; sym.Kind == SymFnParam && sym.Index < len(out) && !slices.Contains(out[sym.Index], p) {
					out[sym.Index] = append(out[sym.Index], p)
				}
			case *Call:
				if g := c.unit.Fns[x.Fn.Text]; g != nil {
					places := c.paramPlaces(g)
					for i, a := range x.Args {
						if i >= len(places) {
							break
						}
						for _, q := range places[i] {
							if q == inLet {
								q = p
							}
							look(a, q)
						}
					}
					return false
				}
				if k, ok := lookerOf(x); ok {
					if inner, ok := innerPlace[k]; ok {
						for _, a := range x.Args {
							look(a, inner)
						}
						look(x.Where, inner)
					}
					return false
				}
			}
			return true
		})
	}
	look(fn.Body, inLet)
	return out
}
