// Package graph is the rule graph of a program: which events reach which rules,
// what those fire, call, write and ask, and so who can bring about what.
//
// Tags are patterns, so two of them can be about one event without being the
// same: what is fired as /scale/up/{host} is heard by a rule on "/scale/**".
// New finds these pairs through an index (tag.Index), not one by one, and draws
// an edge between the two tags. Patterns that differ only in the names of their
// captures are one node.
//
// The graph is what the conditions allow, not what happens: it looks at tags
// alone. Counts of a recording can be put beside it (Count).
package graph
