package heaviestrow

// HeaviestRow returns the index of the row with the greatest sum. Of equal rows the first counts,
// and without rows the answer is -1.
//
//	HeaviestRow([[1 2] [9 0] [4 4]]) = 1
//	HeaviestRow([]) = -1
func HeaviestRow(rows [][]int) int {
	best, heaviest := -1, 0
	for i, row := range rows {
		sum := 0
		for _, value := range row {
			sum += value
		}
		if best == -1 || sum > heaviest {
			best, heaviest = i, sum
		}
	}
	return best
}
