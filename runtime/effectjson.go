package runtime

import (
	"encoding/hex"

	"github.com/eda-lang/eda/vm"
	"github.com/eda-lang/eda/vm/calendar"
	"github.com/eda-lang/eda/vm/value"
)

// AppendEventJSON appends an event as a line of a recording, without the
// line's end.
func AppendEventJSON(dst []byte, ev *vm.Event) []byte {
	dst = append(dst, `{"time":"`...)
	dst = calendar.AppendTime(dst, ev.T)
	dst = append(dst, `","tag":`...)
	dst = value.AppendQuoted(dst, ev.Tag)
	dst = append(dst, `,"data":`...)
	dst = appendObject(dst, ev.Data)
	return append(dst, '}')
}

// AppendEffectJSON appends an effect as one JSON object (S30d): {"time",
// "rule", "key", "tag", "data", "id"}; time in UTC, key an object, id 32
// hexadecimal digits. A log has "log" in place of tag and data.
func AppendEffectJSON(dst []byte, p *vm.Program, e *vm.Effect) []byte {
	dst = append(dst, `{"time":"`...)
	dst = calendar.AppendTime(dst, e.T)
	dst = append(dst, `","rule":`...)
	dst = value.AppendQuoted(dst, p.RuleName(e.Rule))
	dst = append(dst, `,"key":{`...)
	names := p.KeyParts(e)
	for i, k := range e.Key {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = value.AppendQuoted(dst, names[i].Name)
		dst = append(dst, ':')
		dst = value.AppendQuoted(dst, k)
	}
	dst = append(dst, '}')
	if e.Kind == vm.Logged {
		dst = append(dst, `,"log":`...)
		dst = value.AppendQuoted(dst, e.Text)
	} else {
		dst = append(dst, `,"tag":`...)
		dst = value.AppendQuoted(dst, e.Tag)
		dst = append(dst, `,"data":`...)
		dst = appendObject(dst, e.Data)
	}
	dst = append(dst, `,"id":"`...)
	dst = hex.AppendEncode(dst, e.ID[:])
	return append(dst, `"}`...)
}

// appendObject appends the data of an event, {} when there is none.
func appendObject(dst []byte, data value.Value) []byte {
	if data.Kind() != value.KindObject {
		return append(dst, "{}"...)
	}
	return value.AppendJSON(dst, data)
}
