package matchingbracket

// MatchingBracket returns the index of the "]" that closes the "[" at index open, or -1 if nothing closes it.
//
//	MatchingBracket("[a[b]c]", 0) = 6
//	MatchingBracket("[[]", 0) = -1
func MatchingBracket(text string, open int) int {
	depth := 0
	for i := open; i < len(text); i++ {
		switch text[i] {
		case '[':
			depth++
		case ']':
			depth--
			if depth == 0 {
				return i
			}
		}
	}
	return -1
}
