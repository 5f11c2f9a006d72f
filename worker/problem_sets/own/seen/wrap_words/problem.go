package wrapwords

import "strings"

// WrapWords breaks a text into lines of at most width characters, breaking only between words,
// which are separated by spaces. A word longer than width has a line of its own.
//
//	WrapWords("to be or not", 5) = ["to be", "or", "not"]
//	WrapWords("a wonderful b", 4) = ["a", "wonderful", "b"]
func WrapWords(text string, width int) []string {
	lines := []string{}
	for _, word := range strings.Fields(text) {
		last := len(lines) - 1
		if last >= 0 && len(lines[last])+1+len(word) <= width {
			lines[last] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}
