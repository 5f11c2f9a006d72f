package tokenizeformula

import (
	"fmt"
	"strings"
)

// TokenizeFormula cuts a formula into tokens: a name is a run of the letters a to z, a number is a run of digits, and
// each of + - * / = ( ) is a token of its own. Spaces separate tokens and are dropped. Any other character is an
// error, and then no tokens are returned.
//
// TokenizeFormula("area = 2*(w+10)") = [area = 2 * ( w + 10 )], nil
// TokenizeFormula("a & b") = nil, an error
func TokenizeFormula(formula string) ([]string, error) {
	tokens := []string{}
	for at := 0; at < len(formula); {
		width := 1
		switch c := formula[at]; {
		case isLetter(c):
			width = span(formula[at:], isLetter)
		case isDigit(c):
			width = span(formula[at:], isDigit)
		case !strings.ContainsRune("+-*/=() ", rune(c)):
			return nil, fmt.Errorf("unexpected %q at %d", c, at)
		}
		if formula[at] != ' ' {
			tokens = append(tokens, formula[at:at+width])
		}
		at += width
	}
	return tokens, nil
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// span counts the leading bytes of text that belong.
func span(text string, belongs func(byte) bool) int {
	for i := range len(text) {
		if !belongs(text[i]) {
			return i
		}
	}
	return len(text)
}
