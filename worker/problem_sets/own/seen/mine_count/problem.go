package minecount

// MineCount counts the mines '*' on the up to eight squares around a square of the grid.
// The square itself does not count. All rows are equally long.
//
//	MineCount(["*..", "...", "..*"], 1, 1) = 2
//	MineCount(["*"], 0, 0) = 0
func MineCount(grid []string, row, column int) int {
	count := 0
	for r := max(row-1, 0); r <= row+1 && r < len(grid); r++ {
		for c := max(column-1, 0); c <= column+1 && c < len(grid[r]); c++ {
			if grid[r][c] == '*' && (r != row || c != column) {
				count++
			}
		}
	}
	return count
}
