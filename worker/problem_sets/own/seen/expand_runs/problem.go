package expandruns

import (
	"strconv"
	"strings"
	"unicode"
)

// ExpandRuns undoes a run-length code in which every letter stands after its count.
// Counts may have several digits, and a letter without one stands for itself.
//
//	ExpandRuns("3a2b") = "aaabb"
//	ExpandRuns("x10y") = "xyyyyyyyyyy"
func ExpandRuns(code string) string {
	var out strings.Builder
	count := ""
	for _, r := range code {
		if unicode.IsDigit(r) {
			count += string(r)
			continue
		}
		times := 1
		if count != "" {
			times, _ = strconv.Atoi(count)
		}
		out.WriteString(strings.Repeat(string(r), times))
		count = ""
	}
	return out.String()
}
