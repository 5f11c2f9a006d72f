package pondsize

// PondSize returns how many water squares '~' belong to the pond that covers the given square:
// squares touch up, down, left and right. On land, or outside the grid, the size is 0.
//
//	PondSize(["~~.", ".~.", "..~"], 0, 0) = 3
//	PondSize(["~."], 0, 1) = 0
func PondSize(grid []string, row, column int) int {
	seen := map[[2]int]bool{}
	var visit func(r, c int) int
	visit = func(r, c int) int {
		if r < 0 || r >= len(grid) || c < 0 || c >= len(grid[r]) || grid[r][c] != '~' || seen[[2]int{r, c}] {
			return 0
		}
		seen[[2]int{r, c}] = true
		return 1 + visit(r-1, c) + visit(r+1, c) + visit(r, c-1) + visit(r, c+1)
	}
	return visit(row, column)
}
