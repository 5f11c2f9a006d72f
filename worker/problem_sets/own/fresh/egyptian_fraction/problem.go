package egyptianfraction

// EgyptianFraction writes a fraction between 0 and 1 (both excluded) as a sum of different fractions 1/d and returns
// their denominators. It is greedy: it always takes the largest fraction 1/d that is not greater than what is left,
// until nothing is left.
//
// EgyptianFraction(3, 4) = [2 4]
// EgyptianFraction(4, 13) = [4 18 468]
func EgyptianFraction(numerator, denominator int) []int {
	units := []int{}
	for numerator > 0 {
		unit := (denominator + numerator - 1) / numerator
		units = append(units, unit)
		numerator = numerator*unit - denominator
		denominator *= unit
	}
	return units
}
