package lang

import (
	"slices"
	"strings"
)

// LookupCode finds a kind of finding by its id (EDA0203, in any case) or its slug.
func LookupCode(name string) (CodeRow, bool) {
	for _, r := range Codes() {
		if r.Slug == name || strings.EqualFold(r.Code.String(), name) {
			return r, true
		}
	}
	return CodeRow{}, false
}

// UnknownCode says that there is no such kind of finding, and which ones are
// probably meant.
func UnknownCode(name string) string {
	return "there is no finding `" + name + "`" + didYouMean(NearestCodes(name))
}

// NearestCodes are the slugs and ids that a misspelt one probably means, best
// first, at most three.
func NearestCodes(name string) []string {
	var slugs, ids []string
	for _, r := range Codes() {
		slugs = append(slugs, r.Slug)
		ids = append(ids, r.Code.String())
	}
	if len(name) > 3 && strings.EqualFold(name[:3], "EDA") {
		return Nearest(strings.ToUpper(name), ids)
	}
	return Nearest(strings.ToLower(strings.ReplaceAll(name, "_", "-")), slices.Concat(slugs, ids))
}
