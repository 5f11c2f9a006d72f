package runstack

import (
	"strconv"
	"strings"
)

// RunStack carries out the words of a program on an empty stack of numbers and returns it, the top last.
// A number is pushed, "dup" pushes the top again, "swap" exchanges the upper two and "drop" removes the top.
// The program never needs more numbers than there are.
//
//	RunStack("1 2 swap dup") = [2, 1, 1]
//	RunStack("5 drop") = []
func RunStack(program string) []int {
	stack := []int{}
	for _, word := range strings.Fields(program) {
		top := len(stack) - 1
		switch word {
		case "dup":
			stack = append(stack, stack[top])
		case "swap":
			stack[top], stack[top-1] = stack[top-1], stack[top]
		case "drop":
			stack = stack[:top]
		default:
			number, _ := strconv.Atoi(word)
			stack = append(stack, number)
		}
	}
	return stack
}
