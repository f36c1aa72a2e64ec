package tag

// Intersect reports whether some tag matches both patterns. Captures that
// must be equal are taken to be free, so for those it may say yes where the
// answer is no.
func Intersect(a, b Pattern) bool {
	if ae, be := a.ofEngine(), b.ofEngine(); ae != be {
		// one speaks of the engine's tags, which the other never matches
		return false
	}
	if a.rest < 0 && b.rest < 0 {
		if len(a.segs) != len(b.segs) {
			return false
		}
		for i := range a.segs {
			if !overlap(&a.segs[i], &b.segs[i]) {
				return false
			}
		}
		return true
	}
	seen := map[[2]int]bool{}
	var meet func(i, j int) bool
	meet = func(i, j int) bool {
		key := [2]int{i, j}
		if done, ok := seen[key]; ok {
			return done
		}
		seen[key] = false
		ok := false
		switch {
		case i == len(a.segs) && j == len(b.segs):
			ok = true
		case i < len(a.segs) && a.segs[i].kind == many:
			ok = meet(i+1, j) || j < len(b.segs) && (b.segs[j].kind == many && meet(i, j+1) || b.segs[j].kind != many && meet(i, j+1))
		case j < len(b.segs) && b.segs[j].kind == many:
			ok = meet(i, j+1) || i < len(a.segs) && meet(i+1, j)
		case i < len(a.segs) && j < len(b.segs):
			ok = overlap(&a.segs[i], &b.segs[j]) && meet(i+1, j+1)
		}
		seen[key] = ok
		return ok
	}
	return meet(0, 0)
}

// overlap reports whether some text fits both segments.
func overlap(x, y *segment) bool {
	xs, ys := x.text, y.text
	if (x.kind == literal && x.text == "" || y.kind == literal && y.text == "") && x.kind != y.kind {
		return false // wildcards match no empty segment
	}
	if x.kind == literal && y.kind == literal {
		return xs == ys
	}
	if x.kind == one || y.kind == one {
		return true // of one segment, whatever the other asks of it
	}
	return globsMeet(xs, ys, x.kind == literal, y.kind == literal)
}

// globsMeet reports whether two globs have a text in common; a literal has no
// stars in it.
func globsMeet(a, b string, aLit, bLit bool) bool {
	type at struct{ i, j int }
	seen := map[at]bool{}
	var meet func(i, j int) bool
	meet = func(i, j int) bool {
		if i == len(a) && j == len(b) {
			return true
		}
		k := at{i, j}
		if done, ok := seen[k]; ok {
			return done
		}
		seen[k] = false
		ok := false
		aStar := !aLit && i < len(a) && a[i] == '*'
		bStar := !bLit && j < len(b) && b[j] == '*'
		switch {
		case aStar:
			ok = meet(i+1, j) || j < len(b) && meet(i, j+1)
		case bStar:
			ok = meet(i, j+1) || i < len(a) && meet(i+1, j)
		case i < len(a) && j < len(b):
			ok = a[i] == b[j] && meet(i+1, j+1)
		}
		seen[k] = ok
		return ok
	}
	return meet(0, 0)
}

// Covers reports whether every tag that b matches is matched by a. It may say
// no where the answer is yes: for globs that differ, and for captures that
// must be equal.
func Covers(a, b Pattern) bool {
	if a.ofEngine() != b.ofEngine() {
		return false
	}
	names := map[int]bool{}
	for _, s := range a.segs {
		if s.wild >= 0 {
			if names[s.wild] {
				return a.text == b.text
			}
			names[s.wild] = true
		}
	}
	var cover func(i, j int) bool
	cover = func(i, j int) bool {
		switch {
		case i == len(a.segs):
			return j == len(b.segs)
		case a.segs[i].kind == many:
			if cover(i+1, j) {
				return true
			}
			return j < len(b.segs) && cover(i, j+1)
		case j == len(b.segs) || b.segs[j].kind == many:
			return false
		}
		x, y := &a.segs[i], &b.segs[j]
		ok := false
		switch x.kind {
		case literal:
			ok = y.kind == literal && x.text == y.text
		case one:
			ok = y.kind != literal || y.text != ""
		case glob:
			ok = y.kind == literal && y.text != "" && globMatch(x.text, y.text) || y.kind == glob && x.text == y.text
		}
		return ok && cover(i+1, j+1)
	}
	return cover(0, 0)
}
