package lint

import (
	"maps"
	"slices"

	"github.com/eda-lang/eda/lang"
)

// Switch turns a warning or a hint off, or on again. The settings that were
// copied from stay as they are.
func (s *Settings) Switch(c lang.Code, off bool) {
	s.Off = maps.Clone(s.Off)
	if s.Off == nil {
		s.Off = map[lang.Code]bool{}
	}
	s.Off[c] = off
}

// Level gives a warning or a hint another severity.
func (s *Settings) Level(c lang.Code, sev lang.Severity) {
	s.Severity = maps.Clone(s.Severity)
	if s.Severity == nil {
		s.Severity = map[lang.Code]lang.Severity{}
	}
	s.Severity[c] = sev
}

// optional are the lints that say nothing unless they are asked for.
var optional = map[lang.Code]bool{lang.CodeUntested: true, lang.CodeUnformatted: true, lang.CodeUndescribed: true}

// Optional reports whether a lint says nothing unless a project switches it on
// or gives it a severity.
func Optional(c lang.Code) bool { return optional[c] }

// shows reports whether findings of a kind are wanted.
func (s *Settings) shows(c lang.Code) bool {
	if off, said := s.Off[c]; said {
		return !off
	}
	_, wanted := s.Severity[c]
	return wanted || !optional[c]
}

// apply gives findings the severities that the settings have for them, and
// leaves out what is off. Errors stay as they are.
func (s *Settings) apply(ds lang.Diagnostics) lang.Diagnostics {
	ds = slices.DeleteFunc(ds, func(d lang.Diag) bool { return d.Severity != lang.Error && !s.shows(d.Code) })
	for i := range ds {
		if sev, ok := s.Severity[ds[i].Code]; ok && ds[i].Severity != lang.Error {
			ds[i].Severity = sev
		}
	}
	return ds
}

// sought reports whether a finding of a kind would be shown.
func (s *Settings) sought(c lang.Code) bool {
	return s.shows(c) && (s.Observed != nil || !c.NeedsRecording())
}

// Of is the severity of a kind of finding under these settings, and whether it
// is shown.
func (s *Settings) Of(c lang.Code) (lang.Severity, bool) {
	sev := c.Row().Severity
	if sev == lang.Error {
		return sev, true
	}
	if given, ok := s.Severity[c]; ok {
		sev = given
	}
	return sev, s.shows(c)
}
