package assemble

import "go/token"

// opening is a prompt seen as what stands before its unfinished function, and that function's beginning.
type opening struct {
	head      string // package clause, imports and complete declarations
	signature string // doc comment and signature up to the open brace; empty where nothing is left open
}

// openingOf splits a prompt at the function that it leaves open.
func openingOf(prompt string) opening {
	depth, start := 0, -1
	ofType := false // the braces open at the outermost level belong to a type, as in `func F() interface{} {`
	before := token.ILLEGAL
	for _, l := range lex(prompt) {
		if depth == 0 && l.kind == token.FUNC {
			start = l.offset
		}
		if depth == 0 && l.kind == token.LBRACE {
			ofType = before == token.INTERFACE || before == token.STRUCT
		}
		depth += l.nesting()
		if depth == 0 && l.kind == token.RBRACE && !ofType {
			start = -1
		}
		before = l.kind
	}
	if start < 0 || depth <= 0 {
		return opening{head: prompt}
	}
	cut := commentBefore(prompt, start)
	return opening{head: prompt[:cut], signature: prompt[cut:]}
}

// commentBefore is where the comment that ends right before offset begins: after the last token before it.
func commentBefore(text string, offset int) int {
	last := 0
	for _, l := range lex(text[:offset]) {
		last = l.end
	}
	for last > 0 && last < offset && text[last] != '\n' {
		last++
	}
	return last
}
