package continuedfraction

// ContinuedFraction writes the positive fraction numerator/denominator as a continued fraction
// a0 + 1/(a1 + 1/(a2 + ...)) and returns the whole numbers a0, a1, a2 and so on. Each one is the whole part of what
// is left; it ends when nothing is left.
//
// ContinuedFraction(415, 93) = [4 2 6 7]
// ContinuedFraction(1, 2) = [0 2]
func ContinuedFraction(numerator, denominator int) []int {
	terms := []int{}
	for denominator != 0 {
		terms = append(terms, numerator/denominator)
		numerator, denominator = denominator, numerator%denominator
	}
	return terms
}
