// Package observe reads recordings and says what was on the bus: which tags,
// how often, and what their data looked like. It makes lang.Observed, in one
// pass and bounded memory, the same for the same recordings.
package observe

import (
	"errors"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/runtime"
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/value"
)

const (
	maxDepth   = 8       // members of members, beyond which nothing is looked at
	maxItems   = 64      // items of a list that are looked at
	maxText    = 64      // bytes of a text that is shown
	maxEntries = 1 << 20 // distinct values of all places together
)

// Observer takes events. The zero Observer is ready.
type Observer struct {
	events, rest int
	first, last  int64
	names        []string
	tags         map[string]*seenTag
	places       int // made so far
	entries      int // distinct values kept so far
	recording    int // counts Begins: neighbours are of one recording
}

type seenTag struct {
	lang.ObservedTag
	last last // event
	data place
}

// place gathers what becomes a lang.ObservedValue.
type place struct {
	lang.ObservedValue
	distinct map[uint64]last
	fields   []*place
	byName   map[string]*place
	items    *place
}

// last is when a value was seen last.
type last struct {
	t         int64
	recording int
}

// Begin names the recording that the next events are from.
func (o *Observer) Begin(name string) {
	o.names = append(o.names, name)
	o.recording++
}

// Recording takes all events of a recording.
func (o *Observer) Recording(name string, r runtime.EventReader) error {
	o.Begin(name)
	batch := make([]vm.Event, 256)
	for {
		n, err := r.Next(batch)
		for i := range batch[:n] {
			o.Add(&batch[i])
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// Add takes an event; those of a recording come in order of time.
func (o *Observer) Add(ev *vm.Event) {
	if o.events == 0 {
		o.first, o.last = ev.T, ev.T
	}
	o.events++
	o.first, o.last = min(o.first, ev.T), max(o.last, ev.T)
	t := o.tags[ev.Tag]
	if t == nil {
		if len(o.tags) == lang.MaxObservedTags {
			o.rest++
			return
		}
		if o.tags == nil {
			o.tags = map[string]*seenTag{}
		}
		name := strings.Clone(ev.Tag)
		t = &seenTag{ObservedTag: lang.ObservedTag{Tag: name, First: ev.T, Last: ev.T}}
		o.tags[name] = t
	} else if t.last.recording == o.recording {
		t.Gaps.Add(float64(ev.T - t.last.t))
	}
	t.Count++
	t.First, t.Last = min(t.First, ev.T), max(t.Last, ev.T)
	t.last = last{ev.T, o.recording}
	o.value(&t.data, ev.Data, ev.T, maxDepth)
}

func (o *Observer) value(p *place, v value.Value, now int64, depth int) {
	p.Count++
	p.Kinds[v.Kind()]++
	switch v.Kind() {
	case value.KindNone:
		return
	case value.KindList:
		items := v.Items()
		p.Length.Add(float64(len(items)))
		if len(items) == 0 {
			return
		}
		if p.items == nil {
			if p.items = o.place("", depth); p.items == nil {
				p.Cut = true
				return
			}
		}
		for _, x := range items[:min(len(items), maxItems)] {
			o.value(p.items, x, now, depth-1)
		}
		return
	case value.KindObject:
		for _, f := range v.Fields() {
			m := p.byName[f.Name]
			if m == nil {
				if m = o.place(f.Name, depth); m == nil {
					p.Cut = true
					continue
				}
				if p.byName == nil {
					p.byName = map[string]*place{}
				}
				p.byName[m.Name] = m
				p.fields = append(p.fields, m)
			}
			o.value(m, f.Value, now, depth-1)
		}
		return
	}
	if x, ok := v.AsNumber(); ok {
		p.Numbers.Add(x)
		if v.Kind() == value.KindFloat && x == math.Trunc(x) {
			p.Whole++
		}
	}
	if t, ok := asTime(v, now); ok {
		p.Lag.Add(float64(now - t))
		if v.Kind() == value.KindString {
			p.Times++
		}
	}
	if s, ok := v.AsString(); ok && isSpan(s) {
		p.Spans++
	}
	o.distinct(p, v, now)
}

// place makes one, nil where there is no room.
func (o *Observer) place(name string, depth int) *place {
	if depth == 0 || o.places == lang.MaxObservedPlaces {
		return nil
	}
	o.places++
	return &place{ObservedValue: lang.ObservedValue{Name: strings.Clone(name)}}
}

// distinct counts a scalar among the distinct ones, and how long ago it was
// there before.
func (o *Observer) distinct(p *place, v value.Value, now int64) {
	h := hash(v)
	l, again := p.distinct[h]
	if !again {
		if len(p.distinct) == lang.MaxObservedDistinct || o.entries == maxEntries {
			p.More = true
			return
		}
		o.entries++
		if p.distinct == nil {
			p.distinct = map[uint64]last{}
		}
		p.distinct[h] = last{now, o.recording}
		text, isText := v.AsString()
		switch {
		case isText && len(text) > maxText:
			p.Long++
		case len(p.Values) == lang.MaxObservedValues:
		case isText:
			p.Values = append(p.Values, value.String(strings.Clone(text)))
		default:
			p.Values = append(p.Values, v)
		}
		return
	}
	if l.recording == o.recording && v.Kind() != value.KindFloat {
		p.Gaps.Add(float64(now - l.t))
	}
	p.distinct[h] = last{now, o.recording}
}

// hash is FNV-1a of a scalar's class and text: 2 and 2.0 are one value.
func hash(v value.Value) uint64 {
	h := uint64(14695981039346656037)
	var buf [64]byte
	text := value.AppendText(buf[:0], v)
	for _, b := range text {
		h = (h ^ uint64(b)) * 1099511628211
	}
	return (h ^ uint64(value.ClassOf(v))) * 1099511628211
}

const (
	year   = int64(365*24) * 3600 * 1e9
	nearBy = 2 * year
)

// asTime is the instant a value reads as where a field is declared as a time:
// RFC 3339 text, or seconds since the epoch. A number is taken for one only
// within two years of its event.
func asTime(v value.Value, now int64) (int64, bool) {
	switch v.Kind() {
	case value.KindTime:
		return v.AsTime()
	case value.KindString:
		s, _ := v.AsString()
		if len(s) < 20 || len(s) > 40 || s[4] != '-' || s[10] != 'T' {
			return 0, false
		}
		t, err := calendar.ParseTime(s)
		return t, err == nil
	}
	x, ok := v.AsNumber()
	if !ok || x < 1e8 || x > 9e9 {
		return 0, false
	}
	t := int64(x * 1e9)
	return t, t > now-nearBy && t < now+nearBy
}

// isSpan reports whether a text reads as a duration, such as 1m30s.
func isSpan(s string) bool {
	if len(s) < 2 || len(s) > 40 || s[0] < '0' || s[0] > '9' || s[len(s)-1] < 'a' {
		return false
	}
	_, err := calendar.ParseDuration(s)
	return err == nil
}

// Observed is what was seen so far. The Observer must not be used after it.
func (o *Observer) Observed() *lang.Observed {
	out := &lang.Observed{Names: o.names, Events: o.events, First: o.first, Last: o.last, Rest: o.rest}
	for _, name := range slices.Sorted(maps.Keys(o.tags)) {
		t := o.tags[name]
		t.Data = *t.data.end()
		out.Tags = append(out.Tags, &t.ObservedTag)
	}
	return out
}

func (p *place) end() *lang.ObservedValue {
	v := &p.ObservedValue
	v.Seen = slices.Sorted(maps.Keys(p.distinct))
	for _, f := range p.fields {
		v.Fields = append(v.Fields, f.end())
	}
	if p.items != nil {
		v.Items = p.items.end()
	}
	return v
}
