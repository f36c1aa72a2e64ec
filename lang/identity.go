package lang

import (
	"crypto/sha256"
	"encoding/hex"
)

// structuralHash identifies an unnamed rule: SHA-256 over its tokens, so that
// white space and comments do not count. 16 hexadecimal digits of it.
func structuralHash(text string) string {
	toks, _ := scan(Source{Text: text})
	h := sha256.New()
	for i := range toks {
		if toks[i].solid() {
			h.Write([]byte(toks[i].Text))
			h.Write([]byte{0})
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}
