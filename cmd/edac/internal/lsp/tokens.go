package lsp

import (
	"context"
	"slices"

	"github.com/eda-lang/eda/lang"
)

// Semantic tokens: names by what they mean.

var tokenTypes = []string{"keyword", "comment", "string", "number", "operator", "variable", "parameter", "property", "function", "type", "class", "namespace", "struct", "method"}

var tokenModifiers = []string{"declaration", "readonly", "modification", "defaultLibrary"}

// modifiers as bits
const (
	declares = 1 << iota
	readonly
	modifies
	ofLanguage
)

// tokenOf is the type of a name's token, with its modifiers.
var tokenOf = map[lang.DefKind]struct {
	typ  string
	mods uint32
}{
	lang.DefRule:     {"class", 0},
	lang.DefParam:    {"variable", readonly},
	lang.DefFn:       {"function", 0},
	lang.DefTable:    {"struct", 0},
	lang.DefState:    {"variable", 0},
	lang.DefAction:   {"method", 0},
	lang.DefModule:   {"namespace", 0},
	lang.DefField:    {"property", 0},
	lang.DefColumn:   {"property", 0},
	lang.DefArg:      {"parameter", 0},
	lang.DefLet:      {"variable", readonly},
	lang.DefAlias:    {"variable", readonly},
	lang.DefCapture:  {"parameter", 0},
	lang.DefKeyPart:  {"parameter", 0},
	lang.DefFunction: {"function", ofLanguage},
	lang.DefWord:     {"variable", ofLanguage},
	lang.DefType:     {"type", ofLanguage},
}

func (s *server) semanticTokens(ctx context.Context, p *documentParams) (any, error) {
	a, d, err := s.program(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	e := tokenEncoder{doc: d, enc: s.enc, data: []uint32{}}
	refs := a.names().In(a.files[d.name])
	for _, t := range lang.Tokens(d.text) {
		for len(refs) > 0 && refs[0].At.End <= t.At.Start {
			refs = refs[1:]
		}
		switch t.Kind {
		case lang.Comment:
			e.add(t.At, "comment", 0)
		case lang.Keyword:
			e.add(t.At, "keyword", 0)
		case lang.IntTok, lang.FloatTok, lang.DurTok:
			e.add(t.At, "number", 0)
		case lang.Punct:
			switch t.Text {
			case "(", ")", "[", "]", "{", "}", ",", ".", ":":
			default:
				e.add(t.At, "operator", 0)
			}
		case lang.IdentTok:
			if len(refs) > 0 && refs[0].At == t.At {
				e.name(refs[0])
			} else if len(lang.FormsOf(t.Text)) > 0 {
				e.add(t.At, "keyword", 0)
			}
		case lang.StrTok:
			from := t.At.Start
			for i := 0; i < len(refs) && refs[i].At.Start < t.At.End; i++ {
				r := refs[i]
				if r.At.Start < from || r.At.End > t.At.End {
					continue
				}
				e.add(lang.Span{Start: from, End: r.At.Start}, "string", 0)
				e.name(r)
				from = r.At.End
			}
			e.add(lang.Span{Start: from, End: t.At.End}, "string", 0)
		}
	}
	return semanticTokens{e.data}, nil
}

// tokenEncoder writes tokens relative to each other.
type tokenEncoder struct {
	doc  *document
	enc  encoding
	last position
	data []uint32
}

func (e *tokenEncoder) name(r lang.Ref) {
	t := tokenOf[r.Def.Kind]
	mods := t.mods
	if r.Decl {
		mods |= declares
	}
	if r.Write {
		mods |= modifies
	}
	e.add(r.At, t.typ, mods)
}

func (e *tokenEncoder) add(at lang.Span, typ string, mods uint32) {
	if at.Start >= at.End {
		return
	}
	p, end := e.doc.position(at.Start, e.enc), e.doc.position(at.End, e.enc)
	if end.Line != p.Line {
		return
	}
	line, column := p.Line-e.last.Line, p.Character
	if line == 0 {
		column -= e.last.Character
	}
	e.data = append(e.data, uint32(line), uint32(column), uint32(end.Character-p.Character), uint32(slices.Index(tokenTypes, typ)), mods)
	e.last = p
}
