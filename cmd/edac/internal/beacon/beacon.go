// Package beacon measures this machine: its load, as the event that telemetry
// sends.
package beacon

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/shirou/gopsutil/v4/cpu"
	"github.com/shirou/gopsutil/v4/load"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/value"
)

// Load samples this machine. It belongs to one goroutine.
type Load struct {
	host string
	last cpu.TimesStat
	have bool
}

// NewLoad finds the host's name.
func NewLoad() (*Load, error) {
	host, err := os.Hostname()
	if err != nil {
		return nil, fmt.Errorf("the host's name: %w", err)
	}
	return &Load{host: host}, nil
}

// Host is the name the events carry.
func (l *Load) Host() string { return l.host }

// Sample measures now: cur_load is the average load of the last minute,
// cpu_pct the share of processor time that was busy since the sample before
// (or the start of the machine), 0 to 100, cores the number of processors.
func (l *Load) Sample(ctx context.Context) (vm.Event, error) {
	avg, err := load.AvgWithContext(ctx)
	if err != nil {
		return vm.Event{}, fmt.Errorf("the load of this machine: %w", err)
	}
	times, err := cpu.TimesWithContext(ctx, false)
	if err != nil || len(times) == 0 {
		return vm.Event{}, fmt.Errorf("the processor times of this machine: %w", err)
	}
	busy, all := busyOf(times[0])
	if l.have {
		b, a := busyOf(l.last)
		busy, all = busy-b, all-a
	}
	l.last, l.have = times[0], true
	pct := 0.0
	if all > 0 {
		pct = float64(int(1000*busy/all+0.5)) / 10
	}
	return vm.Event{
		Tag: "/client/load/" + l.host,
		Data: value.Object([]value.Field{
			{Name: "cur_load", Value: value.Float(avg.Load1)},
			{Name: "cpu_pct", Value: value.Float(pct)},
			{Name: "cores", Value: value.Int(int64(runtime.NumCPU()))},
		}),
	}, nil
}

func busyOf(t cpu.TimesStat) (busy, all float64) {
	busy = t.User + t.System + t.Nice + t.Irq + t.Softirq + t.Steal
	return busy, busy + t.Idle + t.Iowait
}

// Every calls send with a sample at once and then every d, until ctx is done
// or send fails.
func (l *Load) Every(ctx context.Context, d time.Duration, send func(*vm.Event) error) error {
	tick := time.NewTicker(d)
	defer tick.Stop()
	for {
		ev, err := l.Sample(ctx)
		if err != nil {
			return err
		}
		if err := send(&ev); err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}
