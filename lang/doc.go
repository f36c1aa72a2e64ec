// Package lang is the front end of the language: text to tree, tree to checked
// unit, and findings for people.
//
//	text    Source (pos.go); Load reads files and folders (load.go)
//	tokens  scan (lexer.go) never fails: every byte is in a token, and slips such
//	        as && or 'x' are repaired and reported; kinds and precedence in token.go
//	tree    Parse (parse.go) cuts the tokens into declarations and gives each to
//	        participle, whose grammar stands beside the nodes' fields (ast.go).
//	        Parts that need more than one token to decide read themselves
//	        (parts.go), expressions by precedence climbing (climb.go), the inside
//	        of strings in string.go. What cannot be read is said in a person's
//	        words (trouble.go), once, and becomes a BadDecl; the declarations
//	        around it stay whole.
//	unit    Check resolves and types the files of one program (check.go,
//	        checkrule.go, checkexpr.go; types.go, env.go); what it learns stands
//	        beside the tree, in Info (info.go)
//	people  Diagnostics (diag.go) are values with a code (codes*.go), places and
//	        fixes; Render shows them as text or JSON (render.go); Nearest finds
//	        what a misspelt name may mean (suggest.go)
//	format  Format (format.go) sets white space and changes nothing else; it
//	        works on tokens, and leaves what could not be read as it is
//
// Trees are immutable after Parse, Units after Check. Nothing here prints, reads
// a clock, or knows the machine that runs rules.
package lang
