package lang

// Codes of what the declarations of a program are to each other (package lint).
const (
	CodeTagSlip          = codeTagSlip
	CodeUnused      Code = 211
	CodeGuardedLoop Code = 603
	CodeSelfTrigger Code = 604
	CodeUnheardTag  Code = 605
	CodeSharedTag   Code = 606
	CodeNoMayFire   Code = 607
	CodeFanOut      Code = 608
	CodeUnusedMay   Code = 624
	CodeWideMay     Code = 625
	CodeUnread      Code = 626
	CodeUnset       Code = 627
	CodeUnheard     Code = 628
	CodeIdleMute    Code = 629
	CodeEngineTag   Code = 630
	CodeEngineField Code = 631
	CodeNeverCaused Code = 632
	CodeEngineName  Code = 633
	CodeMissingKey  Code = 634
	CodeUnevenData  Code = 635
	CodeUnfired     Code = 636
	CodeDeadRule    Code = 637
)

var graphCodes = []CodeRow{
	{CodeUnused, "unused", Warning, "a name that nothing uses"},
	{CodeGuardedLoop, "guarded-loop", Hint, "rules that fire each other, with a bound on the way"},
	{CodeSelfTrigger, "self-trigger", Hint, "a rule that listens to what it fires"},
	{CodeUnheardTag, "unheard-tag", Hint, "a fired tag that no rule listens to"},
	{CodeSharedTag, "shared-tag", Hint, "a tag that rules of several files fire"},
	{CodeNoMayFire, "missing-may-fire", Hint, "a file without may fire among files that have it"},
	{CodeFanOut, "fan-out", Warning, "an event that can cause very many acts"},
	{CodeUnusedMay, "unused-permission", Hint, "a may fire that allows nothing the file fires"},
	{CodeWideMay, "wide-permission", Hint, "a may fire that allows every tag"},
	{CodeUnread, "unread-register", Warning, "a register that is set and never read"},
	{CodeUnset, "unset-register", Warning, "a register that is read and never set"},
	{CodeUnheard, "unheard-event", Hint, "a declared event that no rule listens to or fires"},
	{CodeIdleMute, "idle-mute", Warning, "a mute that changes nothing"},
	{CodeEngineTag, "engine-tag", Warning, "a tag under /eda/ that the engine never uses"},
	{CodeEngineField, "engine-field", Warning, "a field that the engine's event does not have"},
	{CodeNeverCaused, "never-caused", Hint, "an event of the engine that this program cannot cause"},
	{CodeEngineName, "engine-name", Warning, "an engine's event about a rule or an action that does not exist"},
	{CodeMissingKey, "missing-key", Warning, "a field of one event where a rule takes all together"},
	{CodeUnevenData, "uneven-data", Hint, "a tag that is fired with a field here and without it there"},
	{CodeUnfired, "unfired-field", Warning, "a field that is read and not fired"},
	{CodeDeadRule, "dead-rule", Hint, "a rule on a tag that nobody is known to send"},
}
