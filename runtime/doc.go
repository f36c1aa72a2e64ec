// Package runtime runs programs: on live input, where it stamps events with
// their arrival, wakes for deadlines and hands effects to sinks, and on
// recordings, where time is what the recording says. Both drive the same
// machine, so a replay of what was recorded decides what was decided live.
//
// The step loop, with rounds, windows and timers, is the machine's (package
// vm), because the order of effects is the language's and tests and tools need
// it without an engine. What is here touches the world: sources, sinks, frames
// (codec.go), recordings, clocks and counters.
package runtime
