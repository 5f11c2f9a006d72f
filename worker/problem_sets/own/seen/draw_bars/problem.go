package drawbars

import (
	"fmt"
	"strings"
)

// DrawBars draws a histogram lying on its side: a line for every count, made of its index, a "|",
// and as many "#" as the count says. A negative count is drawn like 0.
//
//	DrawBars([2, 0, 3]) = ["0|##", "1|", "2|###"]
//	DrawBars([]) = []
func DrawBars(counts []int) []string {
	lines := []string{}
	for i, count := range counts {
		bar := strings.Repeat("#", max(count, 0))
		lines = append(lines, fmt.Sprintf("%d|%s", i, bar))
	}
	return lines
}
