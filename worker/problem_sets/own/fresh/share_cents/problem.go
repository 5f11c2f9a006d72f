package sharecents

import "slices"

// ShareCents divides total cents in proportion to weights (not negative, not all 0) without losing any. Everyone first
// gets their exact share rounded down. The cents that are left go out one each, to those whose exact share was
// rounded down by most; among equals the earlier ones come first.
//
// ShareCents(100, []int{1, 1, 1}) = [34 33 33]
// ShareCents(10, []int{1, 2, 3}) = [2 3 5]
func ShareCents(total int, weights []int) []int {
	sum := 0
	for _, weight := range weights {
		sum += weight
	}
	shares := make([]int, len(weights))
	order := make([]int, len(weights))
	left := total
	for i, weight := range weights {
		shares[i] = total * weight / sum
		left -= shares[i]
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		return total*weights[j]%sum - total*weights[i]%sum
	})
	for _, i := range order[:left] {
		shares[i]++
	}
	return shares
}
