package compiler_test

// permits is a may fire declaration that some programs keep and others break.
func (g *gen) permits() string {
	return "may fire " + pick(g, `"/f1/*", "/f2/*", "/f3/*", "/out/*"`, `"/**"`, `"/f1/{x}", "/f2/**", "/out/*"`, `"/f1/x", "/f1/z", "/f2/*", "/f3/*"`+"\nmay fire \"/out/*\"",
		`"/f1/x*", "/f2/*", "/out/1", "/f3/7"`)
}
