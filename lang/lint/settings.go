package lint

import (
	"maps"

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
