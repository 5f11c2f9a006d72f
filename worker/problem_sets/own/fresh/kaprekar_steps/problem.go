package kaprekarsteps

import (
	"fmt"
	"slices"
	"strconv"
)

// KaprekarSteps plays Kaprekar's game with a number from 0 to 9999. Each step writes the number with four digits
// (leading zeros included) and subtracts the smallest number these digits can form from the largest one. It returns
// how many steps lead to 6174, or -1 if the number becomes 0 instead.
//
// KaprekarSteps(3524) = 3
// KaprekarSteps(1111) = -1
func KaprekarSteps(number int) int {
	steps := 0
	for number != 6174 {
		if number == 0 {
			return -1
		}
		number = difference(number)
		steps++
	}
	return steps
}

// difference is the largest arrangement of the number's four digits less the smallest.
func difference(number int) int {
	digits := []byte(fmt.Sprintf("%04d", number))
	slices.Sort(digits)
	smallest, _ := strconv.Atoi(string(digits))
	slices.Reverse(digits)
	largest, _ := strconv.Atoi(string(digits))
	return largest - smallest
}
