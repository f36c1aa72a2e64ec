package compiler_test

// from is the source of an aggregate over other events, and the captures that
// its events have; empty for the rule's own.
func (g *gen) from() (from string, caps []string) {
	src := pick(g, []string{"/b/{h}", "h"}, []string{"/a/{h}", "h"}, []string{"/a/*"}, []string{"/b/*"}, []string{"/d/{h}/{k}", "h", "k"}, []string{"/d/*/{h}", "h"},
		[]string{"/c"}, []string{"/f1/{h}", "h"}, []string{"/**"}, []string{"/d/{x}/{x}", "x"}, []string{"/d/{rest**}", "rest"}, []string{"/b/{y}", "y"})
	return ` from "` + src[0] + `"`, src[1:]
}
