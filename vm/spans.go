package vm

import (
	"fmt"
	"strconv"

	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/value"
)

// Spans are those of a during: days and hours in a time zone (D27).
type Spans struct {
	Text string // as calendar.ParseWeek reads it
	Zone string // as calendar.LoadZone does
}

// week is what the spans mean.
func (s *Spans) week() (*calendar.Week, error) {
	loc, err := calendar.LoadZone(s.Zone)
	if err != nil {
		return nil, err
	}
	w, bad := calendar.ParseWeek(s.Text, loc)
	if bad != nil {
		return nil, bad
	}
	return w, nil
}

// weekState is spans with their value at the instant asked for last: it is the
// same in [from, until).
type weekState struct {
	*calendar.Week
	in          bool
	from, until int64
}

func (m *Machine) linkSpans() {
	for i := range m.prog.Spans {
		w, err := m.prog.Spans[i].week()
		if err != nil {
			panic("vm: spans that Verify took: " + err.Error())
		}
		m.weeks = append(m.weeks, weekState{Week: w, from: never, until: never})
	}
}

// during reports whether the instant lies in the spans. Their edges are
// instants.
func (m *Machine) during(i int) value.Value {
	w := &m.weeks[i]
	if m.now < w.from || m.now >= w.until {
		w.in, w.until = w.In(m.now)
		w.from = m.now
	}
	m.wake = min(m.wake, w.until)
	return value.Bool(w.in)
}

// spansOf checks the spans of a program.
func (v *verifier) spansOf() error {
	for i := range v.p.Spans {
		if _, err := v.p.Spans[i].week(); err != nil {
			return v.fail(-1, "spans %d: %v", i, err)
		}
	}
	return nil
}

func (c *codec) spans(s *Spans) {
	c.str(&s.Text)
	c.str(&s.Zone)
}

// spans writes their declaration.
func (a *printer) spans(s *Spans) {
	a.line("spans %s in %s", strconv.Quote(s.Text), strconv.Quote(s.Zone))
}

// spans reads it.
func (a *assembler) spans() Spans {
	s := Spans{Text: a.quoted()}
	a.want("in")
	s.Zone = a.quoted()
	return s
}

func (s *Spans) String() string { return fmt.Sprintf("%s, %s", s.Text, s.Zone) }
