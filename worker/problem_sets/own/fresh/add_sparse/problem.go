package addsparse

import "maps"

// AddSparse adds two sparse vectors, given as maps from a position to the value there; positions that are not in a map
// hold 0. The sum is given in the same way and has no entries that are 0. Neither argument has such entries, and
// neither is changed.
//
// AddSparse(map[int]int{0: 5, 7: 1}, map[int]int{7: 2, 9: 4}) = map[0:5 7:3 9:4]
// AddSparse(map[int]int{3: 8}, map[int]int{3: -8}) = map[]
func AddSparse(a, b map[int]int) map[int]int {
	sum := map[int]int{}
	maps.Copy(sum, a)
	for position, value := range b {
		sum[position] += value
		if sum[position] == 0 {
			delete(sum, position)
		}
	}
	return sum
}
