package columnsums

// ColumnSums adds up a table column by column. Rows may differ in length; a missing cell counts as 0.
//
//	ColumnSums([[1 2] [10] [100 200 300]]) = [111 202 300]
//	ColumnSums([[4]]) = [4]
func ColumnSums(rows [][]int) []int {
	sums := []int{}
	for _, row := range rows {
		for i, value := range row {
			if i == len(sums) {
				sums = append(sums, 0)
			}
			sums[i] += value
		}
	}
	return sums
}
