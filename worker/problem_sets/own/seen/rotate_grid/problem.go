package rotategrid

// RotateGrid turns a rectangular grid of letters by 90 degrees clockwise. There is at least one row.
//
//	RotateGrid(["abc", "def"]) = ["da", "eb", "fc"]
//	RotateGrid(["x"]) = ["x"]
func RotateGrid(grid []string) []string {
	turned := make([]string, len(grid[0]))
	for _, row := range grid {
		for i, letter := range row {
			turned[i] = string(letter) + turned[i]
		}
	}
	return turned
}
