package lang

// Complete reports whether a text may be a whole entry of the interactive
// loop. It is not while a bracket or a string is open, or where it ends in a
// word or sign that something must follow.
func Complete(text string) bool {
	toks, diags := scan(Source{Text: text})
	for i := range diags {
		if diags[i].Code == codeUnclosed && diags[i].Primary.Span.End == len(trimSpace(text)) {
			return false
		}
	}
	depth := 0
	var last, first *Token
	for i := range toks {
		t := &toks[i]
		if !t.solid() {
			continue
		}
		if first == nil {
			first = t
		}
		last = t
		if t.Kind != Punct {
			continue
		}
		switch t.Text {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			depth--
		}
	}
	if last == nil {
		return true
	}
	switch {
	case depth > 0:
		return false
	case last.Kind == Punct:
		return last.Text == ")" || last.Text == "]" || last.Text == "}" || last.Text == "?"
	case last.Kind == Keyword:
		return last.Text == "true" || last.Text == "false" || last.Text == "none" || last.Text == "clear"
	case last.Kind == IdentTok && first != last: // words that take something after them
		switch last.Text {
		case "like", "matches", "fire", "log", "set", "within", "repeat", "gather", "expire", "limit", "per":
			return false
		}
	case last.Kind == IdentTok: // one word: a declaration's first, or an expression
		return !declWords[last.Text]
	}
	return true
}

func trimSpace(s string) string {
	for len(s) > 0 && isSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}
