package stdlib

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// Every row is complete.
func TestAggregatorsAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, a := range Aggs() {
		if a.Doc == "" || a.Signature == "" || len(a.Examples) == 0 || a.new == nil || seen[a.Name] {
			t.Errorf("the row of %s has a gap, or stands twice", a.Name)
		}
		seen[a.Name] = true
	}
}

func param(a Agg, r *rand.Rand) int64 {
	if a.Valid == nil {
		return 0
	}
	return []int64{0, 1, 25_000_000, 50_000_000, 99_900_000, hundred}[r.IntN(6)]
}

func randomEntry(r *rand.Rand, a Agg, at int64, sort int) vm.Entry {
	e := vm.Entry{T: at}
	if a.Carries {
		e.Carry = value.Int(at)
	}
	for {
		switch n := r.IntN(12); {
		case sort == 0:
			e.V = value.Int(int64(r.IntN(1000)))
		case sort == 1:
			e.V = value.Float(math.Round(r.NormFloat64()*100) / 10)
		case n < 3:
			e.V = value.Int(int64(r.IntN(6)) - 2)
		case n < 6:
			e.V = value.Float(float64(r.IntN(12))/2 - 2)
		case n == 6:
			e.V = value.Float(math.Copysign(0, -1))
		case n == 7:
			e.V = value.Duration(int64(r.IntN(5)))
		case n == 8:
			e.V = value.String([]string{"a", "b"}[r.IntN(2)])
		case n == 9:
			e.V = value.Bool(r.IntN(2) == 0)
		case n == 10:
			e.V = value.Float(math.Float64frombits(r.Uint64()))
		case n == 11:
			e.V = value.List(nil)
		}
		if a.Over.Has(e.V) {
			return e
		}
	}
}

// identical values print alike as JSON, so that 2 and 2.0 differ.
func exactly(v value.Value) string { return v.Kind().String() + string(value.AppendJSON(nil, v)) }

// What an accumulator says depends on what is in the window alone: after any
// comings and goings it is what a new one says to which that is added, whether
// entries can leave it or not.
func TestAggregatesDependOnContentAlone(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, a := range Aggs() {
		for round := range 6 {
			p := param(a, r)
			acc := a.new(true, p)
			var window []vm.Entry
			most := []int{1, 2, 5, 40, 400, 1500}[round%6]
			if testing.Short() {
				most = min(most, 400)
			}
			at := int64(0)
			for i := range 3 * most {
				at += int64(r.IntN(3))
				e := randomEntry(r, a, at, round%3)
				acc.Add(e)
				window = append(window, e)
				for len(window) > most || len(window) > 0 && r.IntN(20) == 0 {
					next := vm.Entry{}
					if len(window) > 1 {
						next = window[1]
					}
					acc.Evict(window[0], next)
					window = window[1:]
				}
				if i%max(1, most/20) != 0 {
					continue
				}
				for _, evicts := range []bool{true, false} {
					fresh := a.new(evicts, p)
					for _, e := range window {
						fresh.Add(e)
					}
					if got, want := exactly(acc.Result()), exactly(fresh.Result()); got != want {
						t.Fatalf("%s: %s after evictions, %s of %d entries alone (evicts %v)", a.Name, got, want, len(window), evicts)
					}
				}
			}
			empty := exactly(a.new(true, p).Result())
			for i, e := range window {
				next := vm.Entry{}
				if i+1 < len(window) {
					next = window[i+1]
				}
				acc.Evict(e, next)
			}
			if got := exactly(acc.Result()); got != empty {
				t.Errorf("%s is %s once all have left, want %s", a.Name, got, empty)
			}
			acc.Add(randomEntry(r, a, 1, 0))
			acc.Reset()
			if got := exactly(acc.Result()); got != empty {
				t.Errorf("%s is %s after Reset, want %s", a.Name, got, empty)
			}
		}
	}
}

// What is saved of a pane and loaded goes on as if nothing had been, and what
// nobody saved is refused or does no harm.
func TestAggregatesAreSaved(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, a := range Aggs() {
		for round := range 60 {
			p := param(a, r)
			acc, at := a.new(false, p), int64(0)
			add := func(to ...vm.Accumulator) {
				at += int64(r.IntN(3))
				e := randomEntry(r, a, at, round%3)
				for _, x := range to {
					x.Add(e)
				}
			}
			for range r.IntN(6) * r.IntN(100) {
				add(acc)
			}
			saved := acc.Save()
			back := a.new(false, p)
			if !back.Load(saved) {
				t.Fatalf("%s does not load %s", a.Name, value.Text(saved))
			}
			for range 3 {
				if got, want := exactly(back.Save()), exactly(acc.Save()); got != want {
					t.Fatalf("%s: saved once more it is %s, want %s", a.Name, got, want)
				}
				if got, want := exactly(back.Result()), exactly(acc.Result()); got != want {
					t.Fatalf("%s: %s once loaded, want %s", a.Name, got, want)
				}
				add(acc, back)
			}
			for range 40 { // forged
				items := slices.Clone(saved.Items())
				for range 1 + r.IntN(3) {
					odd := []value.Value{none, value.Int(-1), value.Int(math.MaxInt64), value.Int(int64(r.IntN(5))), value.String("x"), value.List(nil), value.Float(0.5), value.Time(3), value.Bool(true)}[r.IntN(9)]
					switch n := len(items); {
					case n == 0 || r.IntN(8) == 0:
						items = append(items, odd)
					case r.IntN(8) == 0:
						items = items[:r.IntN(n)]
					default:
						items[r.IntN(n)] = odd
					}
				}
				forged := a.new(false, p)
				if forged.Load(value.List(items)) {
					forged.Result()
					add(forged)
					forged.Result()
					forged.Save()
				}
			}
			for _, v := range []value.Value{value.String("x"), value.Bool(true), value.Object(nil)} {
				if a.new(false, p).Load(v) && a.Name != "stddev" && a.Name != "slope" {
					t.Errorf("%s loads %s", a.Name, value.Text(v))
				}
			}
		}
	}
}

// Ranks are those of a sorted slice, through blocks that split, shrink and
// vanish.
func TestRanks(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for round := range 30 {
		var ranks ranks
		var in []value.Value
		for i := range 4000 {
			grow := i < 2000
			if r.IntN(4) == 0 {
				grow = !grow
			}
			if grow || len(in) == 0 {
				v := value.Int(int64(r.IntN([]int{5, 1000, 1 << 40}[round%3])))
				if r.IntN(3) == 0 {
					v = value.Float(float64(r.IntN(1000)) / 2)
				}
				in = append(in, v)
				ranks.insert(v)
			} else {
				j := r.IntN(len(in))
				if round%2 == 0 {
					j = 0
				}
				ranks.remove(in[j])
				in = slices.Delete(in, j, j+1)
			}
			if i%250 != 0 {
				continue
			}
			sorted := slices.Clone(in)
			slices.SortFunc(sorted, rankOrder)
			for k, v := range sorted {
				if got := ranks.at(k); exactly(got) != exactly(v) {
					t.Fatalf("value %d of %d is %s, want %s", k, len(sorted), exactly(got), exactly(v))
				}
			}
			if ranks.n != len(in) {
				t.Fatalf("%d values, want %d", ranks.n, len(in))
			}
		}
	}
}

// The nearest rank by its definition.
func TestNearestRank(t *testing.T) {
	for n := 1; n <= 40; n++ {
		for _, p := range []int64{0, 1, 10_000_000, 25_000_000, 33_333_333, 50_000_000, 90_000_000, 99_900_000, 99_999_999, hundred} {
			acc := &percentile{p: p}
			for i := range n {
				acc.Add(vm.Entry{V: value.Int(int64(i*7%n) + 1)})
			}
			want := 1 // the least k with at least p % at or below
			acc2 := map[int]bool{}
			for i := range n {
				acc2[i*7%n+1] = true
			}
			if len(acc2) != n {
				continue // the values are not 1 to n
			}
			for int64(want)*hundred < p*int64(n) {
				want++
			}
			if got := value.Text(acc.Result()); got != fmt.Sprint(want) {
				t.Errorf("%d millionths of %d values: %s, want %d", p, n, got, want)
			}
		}
	}
}

// The cost of an event that enters a window of a thousand, lets one leave, and
// is followed by a read.
func BenchmarkAggregators(b *testing.B) {
	for _, a := range Aggs() {
		for _, size := range []int{60, 1000, 100_000} {
			b.Run(fmt.Sprintf("%s/%d", a.Name, size), func(b *testing.B) {
				r := rand.New(rand.NewPCG(1, 2))
				ring := make([]vm.Entry, size+1)
				acc := a.new(true, 95_000_000)
				for i := range ring {
					ring[i] = vm.Entry{T: int64(i) * 1e9, V: value.Float(20 + float64(r.IntN(1000))/10), Carry: value.Int(int64(i))}
					acc.Add(ring[i])
				}
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					at := i % len(ring)
					acc.Evict(ring[at], ring[(at+1)%len(ring)])
					ring[at].T = int64(i+len(ring)) * 1e9
					acc.Add(ring[at])
					if acc.Result().IsNone() {
						b.Fatal("none")
					}
				}
			})
		}
	}
}

// In the steady state an event of a sliding window allocates nothing.
func TestAggregatesAllocateNothing(t *testing.T) {
	for _, a := range Aggs() {
		r := rand.New(rand.NewPCG(1, 2))
		ring := make([]vm.Entry, 1000)
		acc := a.new(true, param(a, r))
		for i := range ring {
			ring[i] = vm.Entry{T: int64(i) * 1e9, V: value.Float(20 + float64(r.IntN(1000))/10), Carry: value.Int(int64(i))}
			acc.Add(ring[i])
		}
		i := 0
		turn := func() {
			acc.Evict(ring[i%1000], ring[(i+1)%1000])
			ring[i%1000].T += 1000e9
			acc.Add(ring[i%1000])
			acc.Result()
			i++
		}
		for range 3000 {
			turn()
		}
		if n := testing.AllocsPerRun(1000, turn); n > 0 {
			t.Errorf("%s: %v allocations an event", a.Name, n)
		}
	}
}
