package compiler_test

import (
	"slices"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm/value"
)

// Aggregates over other events, from S6a, S13, S14 and S15: over all events of
// the tag, whoever else keeps them, that agree in the captures both sides have.
// Where the design leaves a choice:
//
// 21. S14: only written names join, as in sequences; `*` says that any will do. A
//     part of the key comes before a capture of that name.
// 22. S6a: "one of its from tags" is one in when or clear when, through lets and
//     fns, as for active. Whether the aggregate's own where lets the event count
//     does not matter.
// 23. S13: last n and session are empty from the instant on that expire has passed
//     since the latest event of the tag with those captures, and begin anew with
//     the next one. An event is there from its own step on, also in a where.
// 24. D22: after blind time a window of d is unknown while it reaches back before
//     the resume, until it has taken an event since.

type past struct {
	history []queuedAt
	counted bool               // the aggregate at hand has had an event since the latest blind time
	heard   map[*rule][]scoped // aggregates over other events in when and clear when
}

type queuedAt struct {
	queued
	t int64
	n int
}

// noteFrom notes the other sources that conditions read.
func (w *world) noteFrom(r *rule, x lang.Expr, sc *scope) {
	if c, ok := x.(*lang.Call); ok && c.From != nil {
		if w.heard == nil {
			w.heard = map[*rule][]scoped{}
		}
		w.heard[r] = append(w.heard[r], scoped{x, sc})
	}
}

// shares reports whether an event matches the tag of a from with the values
// that the rule has for the captures they share.
func (w *world) shares(e *lang.Call, x *ctx, tag string) (map[string]string, bool) {
	a := alternative{segs: segments(tagText(e.From))}
	a.names = wildcards(a.segs)
	caps, ok := a.match(segments(tag))
	if !ok {
		return nil, false
	}
	for name, v := range caps {
		if name[0] >= '0' && name[0] <= '9' {
			continue
		}
		part := slices.IndexFunc(x.r.key, func(p keyPart) bool { return p.name == name })
		switch own, has := x.o.caps[name]; {
		case part >= 0:
			ok = ok && x.key[part] == v
		case x.r.caps[name]:
			ok = ok && has && own == v
		}
	}
	return caps, ok
}

// others are the events that an aggregate over another source is over.
func (w *world) others(e *lang.Call, kind lang.WinKind, x *ctx) []*occ {
	var out []*occ
	latest := int64(0)
	holds := kind == lang.Last || kind == lang.Session || kind == forever
	life := x.r.info.Expire
	for _, q := range w.history {
		if q.n > w.steps { // what is asked is as of an earlier step
			break
		}
		caps, ok := w.shares(e, x, q.tag)
		if !ok {
			continue
		}
		if holds && q.t-latest >= life {
			out = nil
		}
		latest = q.t
		out = append(out, &occ{t: q.t, n: q.n, tag: q.tag, data: w.fit(q.tag, q.data), caps: caps})
	}
	if holds && w.now-latest >= life {
		return nil
	}
	return out
}

// concerned adds the situations that an event concerns by another source.
func (w *world) concerned(r *rule, ev queued, look map[*cell]bool) {
	for _, h := range w.heard[r] {
		for _, c := range r.cells {
			if _, ok := w.shares(h.x.(*lang.Call), &ctx{r: r, key: c.key, c: c, o: c.latest()}, ev.tag); ok {
				look[c] = true
			}
		}
	}
}

// foreignName is what a name means within an aggregate over other events.
func (w *world) foreignName(n string, x *ctx) (value.Value, bool) {
	if s, ok := x.o.caps[n]; ok {
		return value.String(s), true
	}
	return value.Value{}, false
}
