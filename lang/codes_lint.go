package lang

// Codes of the lints (package lint).
const (
	CodeEdgeOnField Code = 512
	CodeFlapping    Code = 511
	CodeUnused      Code = 211
	CodeTagSlip          = codeTagSlip
	CodeAlwaysTrue  Code = 501
	CodeAlwaysFalse Code = 502
	CodeConflict    Code = 503
)

var lintCodes = []CodeRow{
	{CodeUnused, "unused", Warning, "a name that nothing uses", `param x: int = 1`, `param x: int = 1` + "\n" + `on "/a" where y > x do log "x"`},
	{CodeAlwaysTrue, "always-true", Warning, "a condition that asks nothing", `on "/a" where 2 > 1 do log "x"`, `on "/a" where x > 1 do log "x"`},
	{CodeAlwaysFalse, "always-false", Warning, "a condition that nothing meets", `on "/a" where 1 > 2 do log "x"`, `on "/a" where x > 2 do log "x"`},
	{CodeConflict, "contradiction", Warning, "conditions that exclude each other", `on "/a" where x > 20 and x < 10 do log "x"`, `on "/a" where x > 10 and x < 20 do log "x"`},
	{CodeFlapping, "missing-hysteresis", Hint, "a threshold without for and clear", `on "/a" when avg(x, 10s) > 20 do log "x"`, `on "/a" when avg(x, 10s) > 20 for 1m do log "x"`},
	{CodeEdgeOnField, "edge-on-field", Hint, "when over a plain field, where each event is often meant", `on "/a" when x > 20 do log "x"`, `on "/a" where x > 20 do log "x"`},
}
