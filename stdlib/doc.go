// Package stdlib is what rule authors can call: pure functions and the
// aggregators over windows. Each is one row with its signature as language
// text, a line of documentation and examples that a test runs; the checker,
// the manual and the machine all read the same row.
//
// To add a function, add a row to the file of its family.
package stdlib
