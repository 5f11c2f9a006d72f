package firstrepeated

// FirstRepeated returns the letter whose second appearance comes first in the text, or "" if all differ.
//
//	FirstRepeated("abcba") = "b"
//	FirstRepeated("word") = ""
func FirstRepeated(text string) string {
	seen := map[rune]bool{}
	for _, r := range text {
		if seen[r] {
			return string(r)
		}
		seen[r] = true
	}
	return ""
}
