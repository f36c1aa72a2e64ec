package lang

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Fingerprints are what findings are known by from one version of the rules to
// the next: 16 hex digits each, made of the code, the rule's name and the words
// of the lines it is in, however they are spaced. So a finding that moved, if to
// another file, is the same one; of several that are alike, each has its number.
func Fingerprints(ds Diagnostics, files map[string]string) []string {
	seen := map[string]int{}
	out := make([]string, len(ds))
	for i := range ds {
		d := &ds[i]
		rule := d.Rule
		if strings.Contains(rule, ":") { // file and line of a rule without a name
			rule = ""
		}
		key := strings.Join([]string{d.Code.String(), rule, lineWords(files[d.Primary.File], d.Primary.Span)}, "\x00")
		seen[key]++
		sum := sha256.Sum256([]byte(key + strings.Repeat("\x00", seen[key])))
		out[i] = hex.EncodeToString(sum[:8])
	}
	return out
}

// lineWords are the tokens of the lines that a place is in, but for comments.
func lineWords(text string, at Span) string {
	if at.Start < 0 || at.End > len(text) || at.Start > at.End {
		return ""
	}
	start := strings.LastIndexByte(text[:at.Start], '\n') + 1
	end := len(text)
	if i := strings.IndexByte(text[at.End:], '\n'); i >= 0 {
		end = at.End + i
	}
	toks, _ := scan(Source{Text: text[start:end]})
	var b strings.Builder
	for i := range toks {
		if toks[i].solid() {
			b.WriteString(text[start+toks[i].At.Start : start+toks[i].At.End])
			b.WriteByte(' ')
		}
	}
	b.WriteString("\x00" + strings.Join(strings.Fields(text[at.Start:at.End]), " "))
	return b.String()
}
