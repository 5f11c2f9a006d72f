package reducefraction

// ReduceFraction cancels a fraction [numerator, denominator] as far as possible. The denominator is positive,
// the numerator may be negative or 0.
//
//	ReduceFraction(6, 8) = [3, 4]
//	ReduceFraction(-3, 9) = [-1, 3]
func ReduceFraction(numerator, denominator int) [2]int {
	a, b := numerator, denominator
	for b != 0 {
		a, b = b, a%b
	}
	divisor := max(a, -a)
	return [2]int{numerator / divisor, denominator / divisor}
}
