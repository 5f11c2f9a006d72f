package depthsum

import "unicode"

// DepthSum adds up the digits of a text, each multiplied by the number of parentheses that are open around it.
// The parentheses are balanced, and all other characters are ignored.
//
//	DepthSum("(1(2))") = 5
//	DepthSum("7(3,3)") = 6
func DepthSum(text string) int {
	sum, depth := 0, 0
	for _, r := range text {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case unicode.IsDigit(r):
			sum += int(r-'0') * depth
		}
	}
	return sum
}
