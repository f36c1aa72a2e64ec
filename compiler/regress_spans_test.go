package compiler_test

// The stream begins on Friday, 2024-03-01, at 00:00 in UTC.
var regressSpans = []handCase{
	{
		// S42: the span has its beginning and not its end, and belongs to the day it begins on; its
		// edges are instants.
		name: "during",
		program: `rule r on "/a/{h}" when during("thu 23:00-00:02; fri 00:03-00:05") do log "in" clear do log "out"
			rule s on "/a/{h}" where during("fri 05:33-05:35", "Asia/Kolkata") do log "kept"`,
		events: `90s /a/x {}
			3m /a/x {}
			300s /a/y {}`,
		until: "10m",
		want: `90s 0 r[x] log in
			2m 0 r[x] log out
			3m 0 r[x] log in
			3m 0 s[x] log kept
			5m 0 r[x] log out`,
	},
	{
		// S6a: what changes by time alone changes in the timer step, after the events of the
		// instant; but an event that concerns the situation has it looked at as of then.
		name:    "an edge at an event",
		program: `rule r on "/a/{h}" when during("daily 00:01-00:02") and not silent(20s) do fire "/out" { n: n }`,
		events: `50s /a/x {"n": 1}
			55s /a/y {"n": 1}
			1m /a/x {"n": 2}`,
		until: "5m",
		want: `1m 0 r[x] fire /out {"n":2}
			1m 0 r[y] fire /out {"n":1}`,
	},
	{
		// A hold over the edges, and another rule's aggregate: in it during is of the event.
		name: "during with a hold and in an aggregate",
		program: `rule r on "/a/{h}" when during("fri 00:01-00:03") for 1m do log "held"
			rule s on "/a/{h}" when count(10m where during("fri 00:01-00:03")) >= 2 do log "twice"`,
		events: `30s /a/x {}
			61s /a/x {}
			120s /a/x {}
			240s /a/x {}`,
		until: "5m",
		want: `2m 0 s[x] log twice
			2m 0 r[x] log held`,
	},
}
