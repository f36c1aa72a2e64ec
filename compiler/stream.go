package compiler

import (
	"slices"
	"strconv"

	"github.com/eda-lang/eda/lang"
	"github.com/eda-lang/eda/vm"
)

// slot is the capture slot of a name, made if there is none yet. Streams have
// theirs after those of the rule's source.
func (r *rule) slot(name string) int {
	i := slices.Index(r.out.Caps, name)
	if i < 0 {
		i = len(r.out.Caps)
		r.out.Caps = append(slices.Clip(r.out.Caps), name)
	}
	return i
}

// stream finds or makes the window of an aggregate over other events, and
// returns its index and that of the aggregator in it.
func (r *rule) stream(call *lang.Call, s *scope) (stream, agg int) {
	pat := r.c.unit.Info.Froms[call]
	defer func(was map[string]bool) { r.foreign = was }(r.foreign)
	r.foreign = map[string]bool{}
	spec := vm.Stream{Pattern: pat.String()}
	for _, w := range pat.Wildcards() {
		name := w.Name
		if name == "" {
			name = strconv.Itoa(w.Position)
		}
		r.foreign[name] = true
		spec.Caps = append(spec.Caps, r.slot(name))
	}
	for _, name := range r.info.Joins(pat) {
		j := vm.Join{Slot: r.slot(name), Key: slices.IndexFunc(r.info.Key, func(k lang.KeyInfo) bool { return k.Name == name })}
		spec.Joins = append(spec.Joins, j)
	}
	spec.Window = r.windowOf(call, s)
	stream = slices.IndexFunc(r.out.Streams, func(o vm.Stream) bool {
		return o.Pattern == spec.Pattern && slices.Equal(o.Caps, spec.Caps) && same(&o.Window, &spec.Window, call.Fn.Text)
	})
	if stream < 0 {
		stream = len(r.out.Streams)
		r.out.Streams = append(r.out.Streams, spec)
	}
	return stream, aggOf(&r.out.Streams[stream].Window, r.agg(call))
}
