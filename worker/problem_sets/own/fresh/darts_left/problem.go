package dartsleft

import (
	"strconv"
	"strings"
)

// DartsLeft follows a player who counts down from start. A throw is "0" for a miss, a plain number, or a number with
// D (double) or T (triple) before it, and its points are taken off. The game is won at 0, which must be reached with a
// double. A throw does not count if it would lead below 0, to 1, or to 0 without a double. It returns what is left.
//
// DartsLeft(101, []string{"T20", "1", "D20"}) = 0
// DartsLeft(20, []string{"20", "T6", "5"}) = 2
func DartsLeft(start int, throws []string) int {
	left := start
	for _, throw := range throws {
		after := left - points(throw)
		if after >= 2 || after == 0 && throw[0] == 'D' {
			left = after
		}
	}
	return left
}

func points(throw string) int {
	number, _ := strconv.Atoi(strings.TrimLeft(throw, "DT"))
	switch throw[0] {
	case 'D':
		return 2 * number
	case 'T':
		return 3 * number
	}
	return number
}
