package alignpairs

import (
	"fmt"
	"strings"
)

// AlignPairs writes lines of the form "key=value" with the equals signs below one another:
// shorter keys are followed by spaces. Every line has exactly one equals sign.
//
//	AlignPairs(["a=1", "abc=2"]) = ["a  =1", "abc=2"]
//	AlignPairs(["x=y"]) = ["x=y"]
func AlignPairs(lines []string) []string {
	widest := 0
	for _, line := range lines {
		widest = max(widest, strings.Index(line, "="))
	}
	aligned := []string{}
	for _, line := range lines {
		key, value, _ := strings.Cut(line, "=")
		aligned = append(aligned, fmt.Sprintf("%-*s=%s", widest, key, value))
	}
	return aligned
}
