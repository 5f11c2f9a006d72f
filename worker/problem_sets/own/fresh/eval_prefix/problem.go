package evalprefix

import (
	"strconv"
	"strings"
)

// EvalPrefix computes a formula in Polish notation, where each operator + - * stands before its two operands. Operands
// are integers or formulas again, and everything is separated by spaces. The formula is well-formed.
//
// EvalPrefix("+ 3 * 2 4") = 11
// EvalPrefix("- - 10 1 2") = 7
func EvalPrefix(formula string) int {
	value, _ := evaluate(strings.Fields(formula))
	return value
}

// evaluate computes the formula that tokens begin with and returns what follows it.
func evaluate(tokens []string) (int, []string) {
	head, rest := tokens[0], tokens[1:]
	if number, err := strconv.Atoi(head); err == nil {
		return number, rest
	}
	left, rest := evaluate(rest)
	right, rest := evaluate(rest)
	switch head {
	case "+":
		return left + right, rest
	case "-":
		return left - right, rest
	}
	return left * right, rest
}
