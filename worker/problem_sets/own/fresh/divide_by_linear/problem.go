package dividebylinear

// DivideByLinear divides a polynomial by (x - root), by Horner's scheme. Coefficients stand from the highest power
// down to the constant, and there is at least one. It returns the quotient's coefficients in the same order and the
// remainder, which is the value of the polynomial at root.
//
// DivideByLinear([]int{1, -3, 2}, 1) = [1 -2], 0
// DivideByLinear([]int{2, 0, 5}, 3) = [2 6], 23
func DivideByLinear(coefficients []int, root int) ([]int, int) {
	last := len(coefficients) - 1
	quotient := make([]int, last)
	value := 0
	for i := range quotient {
		value = value*root + coefficients[i]
		quotient[i] = value
	}
	return quotient, value*root + coefficients[last]
}
