package stdlib

import (
	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// rate keeps the exact sum of the increases between neighbours; each goes with
// its older one. Ends give the time.
type rate struct {
	ends
	grown value.Sum
}

func (r *rate) Add(e vm.Entry) {
	if r.n > 0 {
		r.grown.Add(e.V)
		if value.Order(e.V, r.last.V) >= 0 { // otherwise it grew from 0
			r.grown.AddNeg(r.last.V)
		}
	}
	r.add(e)
}

func (r *rate) Evict(e, next vm.Entry) {
	if r.n > 1 {
		r.grown.Sub(next.V)
		if value.Order(next.V, e.V) >= 0 {
			r.grown.SubNeg(e.V)
		}
	}
	r.evict(next)
}

func (r *rate) Reset() {
	r.ends = ends{}
	r.grown.Reset()
}

func (r *rate) Result() value.Value {
	if !r.apart() {
		return none
	}
	// as unsigned, so that no distance is too long
	return value.Float(r.grown.Float() / (float64(uint64(r.last.T)-uint64(r.first.T)) / 1e9))
}

func (r *rate) Save() value.Value { return value.List(append(r.save(), r.grown.Save())) }
func (r *rate) Load(v value.Value) bool {
	return r.load(v, 1) && r.grown.Load(v.Items()[5])
}

type slope struct{ t value.Trend }

func (s *slope) Add(e vm.Entry)          { s.t.Add(e.T, e.V) }
func (s *slope) Evict(e, _ vm.Entry)     { s.t.Sub(e.T, e.V) }
func (s *slope) Reset()                  { s.t.Reset() }
func (s *slope) Result() value.Value     { return s.t.Slope() }
func (s *slope) Save() value.Value       { return s.t.Save() }
func (s *slope) Load(v value.Value) bool { return s.t.Load(v) }

type stddev struct{ s value.Spread }

func (s *stddev) Add(e vm.Entry)          { s.s.Add(e.V) }
func (s *stddev) Evict(e, _ vm.Entry)     { s.s.Sub(e.V) }
func (s *stddev) Reset()                  { s.s.Reset() }
func (s *stddev) Result() value.Value     { return s.s.Stddev() }
func (s *stddev) Save() value.Value       { return s.s.Save() }
func (s *stddev) Load(v value.Value) bool { return s.s.Load(v) }
