package lang

// Parser reads a file that is being edited. Declarations whose bytes are those
// of the time before are not read again: they are taken as they are, or copied
// to where they stand now. A Parser is for one file and one goroutine; what it
// returns is what Parse would, and may be shared.
type Parser struct {
	known map[string]Decl // what the last text had, by its bytes
}

// Parse reads the file as it is now.
func (p *Parser) Parse(src Source) (*File, Diagnostics) {
	last := p.known
	p.known = make(map[string]Decl, len(last))
	return parse(src, func(toks []Token, found slips) (Decl, Diagnostics, []Token) {
		n := len(toks) - 1
		for !toks[n].solid() {
			n--
		}
		at := Span{toks[0].At.Start, toks[n].At.End}
		text := src.Text[at.Start:at.End]
		if len(found.within(at)) > 0 { // what the lexer repaired is not in the bytes
			return parseChunk(src, toks, found)
		}
		d, ok := last[text]
		if ok {
			if by := at.Start - d.Span().Start; by != 0 {
				d = mover(by).decl(d)
			}
			p.known[text] = d
			return d, nil, nil
		}
		d, ds, rest := parseChunk(src, toks, found)
		if _, bad := d.(*BadDecl); !bad && len(ds) == 0 && rest == nil {
			p.known[text] = d
		}
		return d, ds, rest
	})
}
