package railfence

import "strings"

// RailFence writes text in a zigzag over the given number of rails (at least 1): down from the top rail to the
// bottom one, up again to the top, and so on, one character a rail. It returns the rails read one after another
// from the top.
//
// RailFence("abcdefg", 3) = "aebdfcg"
// RailFence("abcde", 2) = "acebd"
func RailFence(text string, rails int) string {
	rows := make([]string, rails)
	period := max(1, 2*(rails-1))
	for i, letter := range []rune(text) {
		step := i % period
		rows[min(step, period-step)] += string(letter)
	}
	return strings.Join(rows, "")
}
