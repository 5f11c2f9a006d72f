package tallywords

import (
	"strings"
	"sync"
)

// TallyWords counts the words of several texts. Every text is split at white space in its own goroutine,
// which sends its words to one channel. Upper and lower case count as the same.
//
//	TallyWords(["a b", "B c"]) = {"a": 1, "b": 2, "c": 1}
//	TallyWords([]) = {}
func TallyWords(texts []string) map[string]int {
	words := make(chan string)
	var group sync.WaitGroup
	for _, text := range texts {
		group.Go(func() {
			for _, word := range strings.Fields(text) {
				words <- strings.ToLower(word)
			}
		})
	}
	go func() {
		group.Wait()
		close(words)
	}()
	counts := map[string]int{}
	for word := range words {
		counts[word]++
	}
	return counts
}
