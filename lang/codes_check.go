package lang

// Codes of what is read but has no meaning, or hardly the one meant.
const (
	codeUnknownRule  Code = 201
	codeTagSlip      Code = 202
	codeUnknownField Code = 203
	codeUnknownFunc  Code = 204
	codeTwice        Code = 206
	codeClash        Code = 207
	codeRing         Code = 208
	codeShadow       Code = 210
	codeUnbound      Code = 209
	codeDuplicate    Code = 213
	codeSameRule     Code = 214
	codeOverlap      Code = 216
	codeBadTag       Code = 217
	codeBadRegexp    Code = 218
	codeNoJoin       Code = 219
	codeUse          Code = 220
	codeZone         Code = 222
	codeSpans        Code = 223
	codeType         Code = 301
	codeUnknownType  Code = 303
	codeArity        Code = 304
	codeOptional     Code = 310
	codeBadEscape    Code = 311
	codeWindow       Code = 410
	codeAggPlace     Code = 411
	codeComparer     Code = 413
	codeNow          Code = 414
	codeClear        Code = 415
	codeLimit        Code = 416
	codeConstant     Code = 417
	codeSequence     Code = 418
	codeUnnamed      Code = 419
	codeSchedule     Code = 423
	codePercent      Code = 425
	codeNoneEqual    Code = 520
	codeLoop         Code = 601
	codeActiveRing   Code = 602
	codeFireTag      Code = 611
	codeMisfit       Code = 612
	codeWriters      Code = 613
	codeRegister     Code = 614
	codeMay          Code = 620
	codeGather       Code = 621
	codeAction       Code = 622
	codeTable        Code = 615
	codeMute         Code = 623
)

var checkCodes = []CodeRow{
	{codeUnknownRule, "unknown-rule", Error, "a rule or a register that does not exist"},
	{codeTagSlip, "tag-slip", Warning, "a tag that is nearly a declared one"},
	{codeUnknownField, "unknown-field", Error, "a field that the declared event does not have"},
	{codeUnknownFunc, "unknown-function", Error, "a function or an action that does not exist"},
	{codeTwice, "duplicate-member", Warning, "a member that stands twice in one object"},
	{codeClash, "name-clash", Error, "one name for two things"},
	{codeRing, "ring", Error, "a name that is defined by itself"},
	{codeUnbound, "unbound-capture", Error, "a capture that one alternative does not have"},
	{codeShadow, "shadowed-field", Hint, "a declared field behind a capture of its name"},
	{codeDuplicate, "duplicate-name", Error, "two declarations of one name"},
	{codeSameRule, "duplicate-rule", Warning, "the same rule twice"},
	{codeOverlap, "overlapping-events", Error, "two declarations of one event"},
	{codeBadTag, "bad-tag", Error, "a tag pattern that cannot be read"},
	{codeBadRegexp, "bad-regexp", Error, "a regular expression that cannot be read"},
	{codeNoJoin, "active-without-join", Warning, "active(rule) with no key in common"},
	{codeUse, "joined-file", Error, "a file that cannot be joined, or a name that it does not declare"},
	{codeZone, "unknown-zone", Error, "a time zone that does not exist"},
	{codeSpans, "bad-spans", Error, "days and hours that cannot be read"},
	{codeType, "type-mismatch", Error, "values that do not go together"},
	{codeUnknownType, "unknown-type", Error, "a type that does not exist"},
	{codeArity, "argument-count", Error, "too many or too few arguments"},
	{codeOptional, "optional-value", Error, "a value that may be missing where one is needed"},
	{codeBadEscape, "bad-escape", Error, "a backslash that escapes nothing"},
	{codeWindow, "window", Error, "an aggregate whose window is missing or wrong"},
	{codeAggPlace, "aggregate-place", Error, "an aggregate where its own events are not known yet"},
	{codeComparer, "comparer-place", Error, "prev, changed or unique where there is no event at hand"},
	{codeNow, "now-in-when", Error, "now in a condition that must not poll"},
	{codeClear, "clear-without-when", Error, "clear in a rule without when"},
	{codeLimit, "limit-zero", Error, "a limit that lets nothing through"},
	{codeConstant, "not-constant", Error, "a value that must be known at load"},
	{codeSequence, "sequence", Error, "a sequence without an end, or one that cannot be"},
	{codeUnnamed, "unnamed-wildcard", Hint, "a wildcard without a name in a sequence, which joins nothing"},
	{codeSchedule, "schedule", Error, "a schedule that cannot be read, or a field of a tick"},
	{codePercent, "fraction-for-percent", Warning, "a fraction where a percentage is meant"},
	{codeNoneEqual, "none-comparison", Warning, "a comparison with none, which is never true"},
	{codeLoop, "fire-loop", Error, "rules that fire each other without end"},
	{codeActiveRing, "active-ring", Error, "rules that ask each other in a ring"},
	{codeFireTag, "fired-tag", Error, "a tag that cannot be fired"},
	{codeMisfit, "fired-data", Error, "what is fired does not fit the declared event"},
	{codeWriters, "two-writers", Error, "two rules that write one register on one event"},
	{codeRegister, "register-key", Error, "a register whose key is not known where it stands"},
	{codeMay, "outside-may-fire", Error, "a tag that its file may not fire"},
	{codeGather, "gather", Error, "group where nothing is gathered yet, or nothing to gather"},
	{codeAction, "action-delivery", Error, "a retry, timeout or backoff that has no meaning"},
	{codeTable, "table-file", Error, "a table whose file cannot be read as one"},
	{codeMute, "mute", Error, "a mute that asks about an event"},
}
