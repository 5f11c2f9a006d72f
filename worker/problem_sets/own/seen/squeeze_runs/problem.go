package squeezeruns

import "strconv"

// SqueezeRuns shortens a text: a run of two or more equal characters becomes the character and its count,
// a single character stays as it is.
//
//	SqueezeRuns("aaabcc") = "a3bc2"
//	SqueezeRuns("xyz") = "xyz"
func SqueezeRuns(text string) string {
	letters := []rune(text)
	result := ""
	for start := 0; start < len(letters); {
		end := start
		for end < len(letters) && letters[end] == letters[start] {
			end++
		}
		result += string(letters[start])
		if end-start > 1 {
			result += strconv.Itoa(end - start)
		}
		start = end
	}
	return result
}
