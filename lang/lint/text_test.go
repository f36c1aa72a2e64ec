package lint_test

import (
	"slices"
	"testing"
)

// What texts say, and what names say of units.
func TestTextsAndUnits(t *testing.T) {
	for _, c := range []struct{ rule, want string }{
		{`do log "$host is down"`, "foreign-placeholder $host"},
		{`do log "${host} is down"`, "foreign-placeholder ${host}"},
		{`do log "$(host) is down"`, "foreign-placeholder $(host)"},
		{`do fire "/down/%(host)s"`, "foreign-placeholder %(host)s"},
		{`do log "$(date) costs $5"`, ""},
		{`do fire "/down/:host"`, "foreign-placeholder :host"},
		{`do fire "/down/#"`, ""},
		{`do log "{host} costs ${price}"`, ""},
		{`do log "{host} pays $price"`, ""},
		{`do log "%s is down"`, "foreign-placeholder %s"},
		{`do log "load %.2f"`, "foreign-placeholder %.2f"},
		{`do log "{load:.0f}% full"`, ""},
		{`do log "100% sure"`, ""},
		{`do log "50% down"`, ""},
		{`where name like "%s*" do log "{name}"`, ""},
		{`do fire "/x" { text: "$host" }`, "foreign-placeholder $host"},
		{`do fire "/x" { key: "AKIAIOSFODNN7EXAMPLE" }`, `secret-in-rule "AKIAIOSFODNN7EXAMPLE"`},
		{`do fire "/x" { url: "https://bot:hunter22@example.com/hook" }`, `secret-in-rule "https://bot:hunter22@example.com/hook"`},
		{`do fire "/x" { url: "https://example.com:8080/a@b" }`, ""},
		{`do fire "/x" { auth: "Bearer abcdefghijklmnopqrstuvwxyz0123" }`, `secret-in-rule "Bearer abcdefghijklmnopqrstuvwxyz0123"`},
		{`do fire "/x" { text: "the bearer of this" }`, ""},
		{`do fire "/x" { password: "hunter2hunter2" }`, `secret-in-rule "hunter2hunter2"`},
		{`do fire "/x" { password: "expired" }`, ""},
		{`do fire "/x" { token: token, text: "password: {pw}" }`, ""},
		{`do log "token=abcdef123456"`, `secret-in-rule "token=abcdef123456"`},
		{`do log "token: none"`, ""},
		{`do fire "/x" { key: "-----BEGIN RSA PRIVATE KEY-----" }`, `secret-in-rule "-----BEGIN RSA PRIVATE KEY-----"`},
		{`where latency_ms > timeout_s do log "x"`, "unit-mismatch latency_ms > timeout_s"},
		{`where latency_ms > timeout_ms do log "x"`, ""},
		{`where latency_ms > timeout_s * 1000 do log "x"`, ""},
		{`where latency_ms > 5s do log "x"`, "unit-mismatch 5s"},
		{`where latency > 5s do log "x"`, ""},
		{`when avg(cpu_pct, 1m) > 0.9 for 1m do log "x"`, "unit-mismatch 0.9"},
		{`when avg(loss_pct, 1m) > 0.5 for 1m do log "x"`, ""},
		{`when avg(cpu_pct, 1m) > 90 for 1m do log "x"`, ""},
		{`when avg(hit_ratio, 1m) < 80 for 1m do log "x"`, "unit-mismatch 80"},
		{`when avg(hit_ratio, 1m) < 0.8 for 1m do log "x"`, ""},
		{`where compression_ratio > 12 do log "x"`, ""},
		{`where used_bytes > limit_mb do log "x"`, "unit-mismatch used_bytes > limit_mb"},
		{`where used_bytes > used_pct do log "x"`, "unit-mismatch used_bytes > used_pct"},
		{`let free = size_gb - used_mb when free < 10 for 1m do log "x"`, "unit-mismatch size_gb - used_mb"},
		{`when avg(x, 1m) == 20.5 do log "x"`, "float-equality avg(x, 1m) == 20.5"},
		{`when rate(x, 1m) == 0 do log "x"`, ""},
		{`where a / b == 1 do log "x"`, ""},
		{`where a / b == 0.1 do log "x"`, "float-equality a / b == 0.1"},
		{`where a == 0.1 do log "x"`, ""},
		{`when last(x) == 20.5 do log "x"`, ""},
	} {
		var want []string
		if c.want != "" {
			want = []string{c.want}
		}
		if got := warned(t, `on "/e/{host}" `+c.rule+"\n"); !slices.Equal(got, want) {
			t.Errorf("%s\n draws %q\n want  %q", c.rule, got, want)
		}
	}
}
