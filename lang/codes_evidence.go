package lang

import "slices"

// Codes of what recordings show (package lint): evidence, not proof.
const (
	CodeUnseenTag     Code = 230
	CodeNotRecorded   Code = 231
	CodeUnseenField   Code = 232
	CodeUndeclared    Code = 233
	CodeUnseenValue   Code = 234
	CodeFarThreshold  Code = 305
	CodeNeverCrossed  Code = 306
	CodeRecordedKind  Code = 320
	CodeRecordedMixed Code = 321
	CodeMayBeMissing  Code = 322
	CodeNeverMissing  Code = 323
	CodeShortWindow   Code = 402
	CodeShortHold     Code = 460
	CodeShortSilence  Code = 461
	CodeLongLast      Code = 462
	CodeIdleLimit     Code = 463
	CodeLate          Code = 464
	CodeKeyPerEvent   Code = 465
)

var evidenceCodes = []CodeRow{
	{CodeUnseenTag, "unseen-tag", Warning, "a tag that is nearly one of the recording"},
	{CodeNotRecorded, "not-recorded", Hint, "a tag, field or value that the recording does not have"},
	{CodeUnseenField, "unseen-field", Warning, "a field that the recorded events do not have"},
	{CodeUndeclared, "recorded-not-declared", Hint, "a recorded field that the declaration does not have"},
	{CodeUnseenValue, "unseen-value", Warning, "a text that is nearly one of the recording"},
	{CodeFarThreshold, "threshold-out-of-range", Warning, "a threshold far from all that was recorded"},
	{CodeNeverCrossed, "threshold-not-crossed", Hint, "a threshold with all that was recorded on one side"},
	{CodeRecordedKind, "recorded-kind", Error, "values of another kind in all events of the recording"},
	{CodeRecordedMixed, "recorded-mixed", Warning, "values of another kind in some events of the recording"},
	{CodeMayBeMissing, "missing-in-recording", Warning, "a declared field that recorded events do not have"},
	{CodeNeverMissing, "never-missing", Hint, "an optional field that all recorded events have"},
	{CodeShortWindow, "window-below-period", Warning, "a window shorter than the time between events"},
	{CodeShortHold, "hold-below-period", Warning, "a hold shorter than the time between events"},
	{CodeShortSilence, "usual-silence", Warning, "a silence that is usual between events"},
	{CodeLongLast, "long-last", Hint, "a last n that reaches further back than the recording"},
	{CodeIdleLimit, "idle-limit", Hint, "a limit that holds nothing back"},
	{CodeLate, "late-too-short", Warning, "a lateness that recorded events exceed"},
	{CodeKeyPerEvent, "key-per-event", Warning, "a key of which nearly every event has its own"},
}

// NeedsRecording reports whether findings of a kind come of recordings alone.
func (c Code) NeedsRecording() bool {
	return slices.ContainsFunc(evidenceCodes, func(r CodeRow) bool { return r.Code == c })
}
