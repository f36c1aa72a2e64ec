package lang

import "github.com/eda-lang/eda/vm/tag"

// EngineEvent is a kind of event that the engine makes itself, under /eda/ (S29).
type EngineEvent struct {
	Tag    string // as SPEC.md has it: NAME stands for one segment
	Fields []string
}

// Pattern matches the events of the kind.
func (e EngineEvent) Pattern() tag.Pattern { return enginePatterns[e.Tag] }

// EngineTags are all of them.
var EngineTags = []EngineEvent{
	{"/eda/resumed", []string{"blind", "missed"}},
	{"/eda/table/NAME", []string{"rows"}},
	{"/eda/gap", nil},
	{"/eda/slow", nil},
	{"/eda/late", []string{"tag", "time", "late", "data"}},
	{"/eda/forgotten", []string{"rule", "key"}},
	{"/eda/dead", []string{"action", "id", "attempts"}},
	{"/eda/error/cascade", []string{"rule", "key", "tag", "state", "cut"}},
	{"/eda/error/keys", []string{"rule", "state", "key", "keys"}},
}

var enginePatterns = func() map[string]tag.Pattern {
	m := map[string]tag.Pattern{}
	for _, e := range EngineTags {
		text := e.Tag
		if text == "/eda/table/NAME" {
			text = "/eda/table/*"
		}
		p, err := tag.Parse(text)
		if err != nil {
			panic(err)
		}
		m[e.Tag] = p
	}
	return m
}()
