package longestline

import (
	"strings"
	"unicode/utf8"
)

// LongestLine returns the number of characters of the longest line of several texts. Each text is measured
// in its own goroutine, which sends the length of its longest line to a channel. Lines end at "\n".
//
//	LongestLine(["ab\nabcd", "abc"]) = 4
//	LongestLine([]) = 0
func LongestLine(texts []string) int {
	lengths := make(chan int)
	for _, text := range texts {
		go func() {
			longest := 0
			for _, line := range strings.Split(text, "\n") {
				longest = max(longest, utf8.RuneCountInString(line))
			}
			lengths <- longest
		}()
	}
	longest := 0
	for range texts {
		longest = max(longest, <-lengths)
	}
	return longest
}
