package compiler_test

import "github.com/eda-lang/eda/lang"

// may asks whether a file may fire a tag (S31): it may fire anything, or what
// one of its may fire declarations names. Here every fire is asked, whatever
// the checker has proved.
func (w *world) may(f *lang.File, tag string) bool {
	bound := false
	for _, d := range f.Decls {
		m, ok := d.(*lang.MayDecl)
		if !ok {
			continue
		}
		bound = true
		for _, s := range m.Tags {
			a := alternative{segs: segments(tagText(s))}
			a.names = wildcards(a.segs)
			if _, ok := a.match(segments(tag)); ok {
				return true
			}
		}
	}
	return !bound
}
