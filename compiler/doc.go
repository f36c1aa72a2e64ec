// Package compiler turns a checked unit of rules into a program for the
// machine.
//
// It lowers one rule at a time: each condition, key, aggregate argument and
// act becomes a block of stack code that ends in ret. Lets and functions are
// names for expressions (S26, S40), so they are written out where they are
// used; equal blocks and equal windows of a rule are kept once. Constants are
// folded on the way. The program is verified before it leaves: one that does
// not pass is a mistake here, not in the rules, and panics with its listing.
package compiler
