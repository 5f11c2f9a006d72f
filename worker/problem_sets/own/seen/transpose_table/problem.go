package transposetable

// TransposeTable turns the rows of a table into columns. All rows have the same length.
//
//	TransposeTable([[1 2 3] [4 5 6]]) = [[1 4] [2 5] [3 6]]
//	TransposeTable([]) = []
func TransposeTable(table [][]int) [][]int {
	if len(table) == 0 {
		return nil
	}
	turned := make([][]int, len(table[0]))
	for _, row := range table {
		for column, value := range row {
			turned[column] = append(turned[column], value)
		}
	}
	return turned
}
