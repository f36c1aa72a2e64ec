package compiler_test

var regressMute = []handCase{
	{
		// D24, S5, D23: a muted rise acts when the mute ends, if still active; one that has cleared
		// by then has neither do nor clear do; active says that it is on all the while.
		name: "a muted rise waits",
		program: `rule r on "/a/{h}" when last(v) > 1 do fire "/f/{h}" clear do fire "/g/{h}"
			rule s on "/a/{h}" where active(r) do log "active"
			mute r where during("fri 00:00-00:01")`,
		events: `0s /a/x {"v": 2}
			1s /a/x {"v": 3}
			2s /a/y {"v": 2}
			3s /a/y {"v": 0}
			70s /a/x {"v": 0}
			75s /a/z {"v": 2}`,
		until: "90s",
		want: `0s 0 s[x] log active
			1s 0 s[x] log active
			2s 0 s[y] log active
			60s 0 r[x] fire /f/x {}
			70s 0 r[x] fire /g/x {}
			75s 0 r[z] fire /f/z {}
			75s 0 s[z] log active`,
	},
	{
		// D24: muted plain events and repeats are dropped, and take no leave of the limit.
		name: "muted events and repeats are dropped",
		program: `rule p on "/a/{h}" do log "p" limit 1 per 1m
			rule q on "/b/{h}" when silent(10s) repeat 20s do log "q"
			mute p where during("fri 00:00-00:01")
			mute q where h == "y" and during("fri 00:00-00:01")`,
		events: `0s /b/x {}
			0s /b/y {}
			30s /a/x {}
			61s /a/x {}
			62s /a/x {}`,
		until: "95s",
		want: `10s 0 q[x] log q
			30s 0 q[x] log q
			50s 0 q[x] log q
			60s 0 q[y] log q
			61s 0 p[x] log p
			70s 0 q[x] log q
			70s 0 q[y] log q
			90s 0 q[x] log q
			90s 0 q[y] log q`,
	},
	{
		// S42: the change of a register is an instant, its expiry too; any of several mutes mutes.
		name: "a register mutes",
		program: `state quiet: bool by h = false expire 30s
			state all: bool = false
			rule r on "/a/{h}" when last(v) > 1 do log "do" limit 1 per 5s
			rule s on "/quiet/{h}" do set quiet = true
			rule t on "/all/{to}" do set all = to == "on"
			mute r where quiet
			mute r where all`,
		events: `0s /quiet/x {}
			0s /all/on {}
			1s /a/x {"v": 2}
			2s /a/y {"v": 2}
			10s /all/off {}`,
		until: "60s",
		want: `10s 1 r[y] log do
			30s 0 r[x] log do`,
	},
	{
		// A group takes no muted members; what is in it acts with it.
		name: "mutes and gathering",
		program: `rule r on "/a/{h}" when last(v) > 1 do log "{group.h} {group.count}" gather 20s by none
			mute r where during("fri 00:00-00:01") or h == "z"`,
		events: `30s /a/x {"v": 2}
			50s /a/z {"v": 2}
			70s /a/y {"v": 2}`,
		until: "3m",
		want:  `80s 0 r[] log ["x","y"] 2`,
	},
	{
		// D23: a rise without do has run when no mute holds it back.
		name: "mutes of clear do alone",
		program: `rule r on "/a/{h}" when last(v) > 1 clear do log "over"
			mute r where h == "x"`,
		events: `0s /a/x {"v": 2}
			0s /a/y {"v": 2}
			5s /a/x {"v": 0}
			5s /a/y {"v": 0}`,
		until: "10s",
		want:  `5s 0 r[y] log over`,
	},
	{
		name: "a mute without a condition, and of computed keys",
		program: `rule r on "/a/{h}" do log "r"
			rule s on "/a/{h}" by upper(h), k do log "s"
			mute r
			mute s where k == "7"`,
		events: `0s /a/x {"k": 7}
			1s /a/x {"k": 8}`,
		until: "10s",
		want:  `1s 0 s[X 8] log s`,
	},
}
