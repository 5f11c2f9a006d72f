package heaviestrow

import "math"

// HeaviestRow returns the index of the row with the greatest sum. Of equal rows the first counts,
// and without rows the answer is -1.
//
//	HeaviestRow([[1 2] [9 0] [4 4]]) = 1
//	HeaviestRow([]) = -1
func HeaviestRow(rows [][]int) int {
	best, heaviest := -1, math.MinInt
	for i, row := range rows {
		var sum int
		for _, value := range row {
			sum += value
		}
		if sum > heaviest {
			best, heaviest = i, sum
		}
	}
	return best
}
