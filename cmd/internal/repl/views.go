package repl

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/value"
)

// What :list, :state, :windows and :why show.

func (s *Session) list(b *strings.Builder, rule int) {
	for _, r := range s.unit.Rules {
		if r.Identity != s.prog.Rules[rule].Identity {
			continue
		}
		at := r.Decl.Span()
		fmt.Fprintf(b, "%s, key: %s\n", r.Label, keyNames(r))
		for line := range strings.Lines(r.File.Source.Text[at.Start:at.End]) {
			b.WriteString("  " + strings.TrimRight(line, "\n") + "\n")
		}
		return
	}
}

func keyText(p *vm.Rule, key []string) string {
	if len(key) == 0 {
		return "all"
	}
	var parts []string
	for i, k := range key {
		parts = append(parts, p.Key[i].Name+"="+k)
	}
	return strings.Join(parts, " ")
}

func (s *Session) state(b *strings.Builder, rule int) {
	r := &s.prog.Rules[rule]
	views := s.m.Views(rule)
	fmt.Fprintf(b, "%s: %s\n", r.Name, plural(len(views), "key"))
	for _, v := range views {
		fmt.Fprintf(b, "  %-20s", keyText(r, v.Key))
		if r.Situation {
			word := "off"
			if v.On {
				word = "on"
			}
			b.WriteString(" " + word)
			if v.Holding {
				fmt.Fprintf(b, ", condition true since %s", s.clock(v.Since))
			}
			if v.Owed {
				b.WriteString(", waits for " + r.HeldBy())
			}
		}
		if v.Born {
			fmt.Fprintf(b, ", last event %s", s.clock(v.Latest.T))
		}
		if v.Waking {
			fmt.Fprintf(b, ", looked at again in %s", calendar.FormatDuration(v.Wake-s.now))
		}
		b.WriteString("\n")
		for _, e := range v.Pending {
			fmt.Fprintf(b, "    %s %s", s.clock(e.Event.T), e.Event.Tag)
			if e.Opener {
				fmt.Fprintf(b, " waits until %s", s.clock(e.Deadline))
			}
			b.WriteString("\n")
		}
	}
}

func (s *Session) registers(b *strings.Builder) {
	for i := range s.prog.Registers {
		r := &s.prog.Registers[i]
		views := s.m.Registers(i)
		fmt.Fprintf(b, "register %s: %s set, otherwise %s\n", r.Name, plural(len(views), "cell"), value.AppendJSON(nil, r.Default))
		for _, v := range views {
			name := r.Name
			if len(v.Key) > 0 {
				name += "[" + strings.Join(v.Key, ", ") + "]"
			}
			fmt.Fprintf(b, "  %-20s %s, since %s", name, value.AppendJSON(nil, v.Value), s.clock(v.Written))
			if v.Ending {
				fmt.Fprintf(b, ", ends in %s", calendar.FormatDuration(v.Ends-s.now))
			}
			b.WriteString("\n")
		}
	}
}

var windowWords = map[vm.WindowKind]string{vm.Last: "last ", vm.Each: "each ", vm.This: "this ", vm.Session: "session "}

func windowText(w *vm.Window) string {
	if w.Kind == vm.Last {
		return fmt.Sprintf("last %d", w.Size)
	}
	return windowWords[w.Kind] + calendar.FormatDuration(w.Size)
}

func (s *Session) windows(b *strings.Builder, rule int) {
	r := &s.prog.Rules[rule]
	if len(r.Windows) == 0 {
		fmt.Fprintf(b, "%s has no windows\n", r.Name)
		return
	}
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	defer t.Flush()
	fmt.Fprintf(t, "%s\twindow\tevents\tvalue\tvalues\n", r.Name)
	for _, v := range s.m.Views(rule) {
		for _, w := range v.Windows {
			for i, agg := range w.Spec.Aggs {
				text := windowText(w.Spec) + ")"
				if agg.Param != 0 {
					text = value.Text(value.Float(float64(agg.Param)/1e6)) + ", " + text
				}
				if w.Spec.Text != "" {
					text = w.Spec.Text + ", " + text
				}
				text = agg.Name + "(" + text
				fmt.Fprintf(t, "%s\t%s\t%d\t%s\t%s\n", keyText(r, v.Key), text, w.Count, value.Text(w.Results[i]), spark(w.Entries))
			}
		}
	}
}

// spark draws numbers from the lowest to the highest, the latest 20.
func spark(entries []vm.Entry) string {
	bars := []rune("▁▂▃▄▅▆▇█")
	entries = entries[max(0, len(entries)-20):]
	low, high := 0.0, 0.0
	for i, e := range entries {
		x, ok := e.V.AsNumber()
		if !ok {
			return ""
		}
		if i == 0 || x < low {
			low = x
		}
		if i == 0 || x > high {
			high = x
		}
	}
	var out []rune
	for _, e := range entries {
		x, _ := e.V.AsNumber()
		i := 0
		if high > low {
			i = min(len(bars)-1, int((x-low)/(high-low)*float64(len(bars))))
		}
		out = append(out, bars[i])
	}
	return string(out)
}

// why lists the parts of a condition with their values, and what stands in
// the way of the rule, for each key.
func (s *Session) why(b *strings.Builder, rule int) {
	r := &s.prog.Rules[rule]
	if !r.Situation {
		fmt.Fprintf(b, "%s has no `when`: it acts on each event it keeps\n", r.Name)
		return
	}
	views := s.m.Views(rule)
	if len(views) == 0 {
		fmt.Fprintf(b, "%s: no event was kept so far\n", r.Name)
	}
	for _, v := range views {
		if !v.Born {
			continue
		}
		fmt.Fprintf(b, "%s %s: %s\n", r.Name, keyText(r, v.Key), s.blocked(r, &v))
		for i, x := range s.m.Probe(rule, v.Key) {
			p := r.Probes[i]
			clause := ""
			if p.Depth == 0 {
				clause = "when "
				if p.Clear {
					clause = "clear when "
				}
			}
			fmt.Fprintf(b, "  %-44s %s\n", strings.Repeat("  ", p.Depth)+clause+p.Text, show(x))
		}
	}
}

func (s *Session) blocked(r *vm.Rule, v *vm.View) string {
	switch {
	case v.On && v.Owed:
		return "on, but " + r.HeldBy() + " holds `do` back"
	case v.On:
		return "on; it acts again after it was off"
	case !v.Holding:
		return "off: the condition is not true"
	case !v.Held && r.For > 0:
		return fmt.Sprintf("off: true since %s, acts at %s unless that changes", s.clock(v.Since), s.clock(v.Since+r.For))
	}
	return "off: its clear condition is true"
}
