package lang

// Codes of windows, durations, schedules and keys (package lint).
const (
	CodeThinEvidence    Code = 403
	CodeUnboundedKey    Code = 404
	CodeNearWindows     Code = 406
	CodeOneEvent        Code = 430
	CodeDegeneratePct   Code = 431
	CodePartialPane     Code = 432
	CodeLowCount        Code = 433
	CodeCountForSilence Code = 434
	CodeEpochAligned    Code = 435
	CodeExpireNoEffect  Code = 436
	CodeTinyDuration    Code = 437
	CodeNoLateness      Code = 438
	CodeLongLateness    Code = 439
	CodeNoZone          Code = 440
	CodeWholeWeek       Code = 442
	CodeAnswersItself   Code = 443
	CodeRepeatedElement Code = 444
	CodeHoldOfSilence   Code = 445
	CodeRegisterExpires Code = 446
	CodeBusyRepeat      Code = 447
	CodeEachMinute      Code = 448
	CodeDayOrWeekday    Code = 449
	CodeNeverSeen       Code = 450
	CodeMergedKey       Code = 451
	CodeKeyNeverTwice   Code = 452
	CodeOptionalKey     Code = 453
	CodeConstantKey     Code = 454
)

var timeCodes = []CodeRow{
	{CodeThinEvidence, "no-minimum-count", Hint, "a share that one event can decide"},
	{CodeUnboundedKey, "unbounded-key", Warning, "a key with ever new values, remembered for long"},
	{CodeNearWindows, "near-equal-windows", Hint, "two windows of one value that hardly differ"},
	{CodeOneEvent, "one-event-window", Warning, "an aggregate over one event"},
	{CodeDegeneratePct, "degenerate-percentile", Hint, "a percentile that is the greatest or smallest value"},
	{CodePartialPane, "partial-pane", Warning, "a low bound on a pane that has just begun"},
	{CodeLowCount, "low-count", Hint, "a low count that the first event meets"},
	{CodeCountForSilence, "count-for-silence", Hint, "a count of zero where silence is meant"},
	{CodeEpochAligned, "epoch-aligned", Hint, "panes or ticks that fall at odd times"},
	{CodeExpireNoEffect, "expire-without-effect", Hint, "an expire shorter than a duration of its rule"},
	{CodeTinyDuration, "tiny-duration", Hint, "a duration below a millisecond"},
	{CodeNoLateness, "no-lateness", Warning, "an event time for which nothing is waited"},
	{CodeLongLateness, "long-lateness", Hint, "a lateness that holds everything back for long"},
	{CodeNoZone, "zone-missing", Hint, "an hour or a day without a time zone"},
	{CodeWholeWeek, "whole-week", Warning, "days and hours that are the whole week"},
	{CodeAnswersItself, "answers-itself", Hint, "an absence that the next event of the same tag ends"},
	{CodeRepeatedElement, "repeated-element", Hint, "one event written twice in a source"},
	{CodeHoldOfSilence, "hold-of-silence", Hint, "a hold of a silence, which is a longer silence"},
	{CodeRegisterExpires, "register-expires-first", Hint, "a register that expires before the hold is over"},
	{CodeBusyRepeat, "busy-repeat", Hint, "a repeat too quick to be meant"},
	{CodeEachMinute, "each-minute", Warning, "a schedule that comes each minute of an hour"},
	{CodeDayOrWeekday, "day-or-weekday", Warning, "a schedule that comes on the day of the month or of the week"},
	{CodeNeverSeen, "never-seen", Hint, "silence of a key that was never heard"},
	{CodeMergedKey, "merged-key", Warning, "a field of one event where all events share one state"},
	{CodeKeyNeverTwice, "key-never-twice", Warning, "a key that no two events share"},
	{CodeOptionalKey, "optional-key", Hint, "a key that some events do not have"},
	{CodeConstantKey, "constant-key", Warning, "a key that is the same for all events"},
}
