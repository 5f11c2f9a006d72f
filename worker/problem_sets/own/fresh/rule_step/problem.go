package rulestep

// RuleStep computes the next generation of a one-dimensional cellular automaton. A cell is '#' (alive) or '.' (dead),
// and beyond both ends all cells are dead. A cell, its left and its right neighbour form a number of three binary
// digits, 1 for alive, left neighbour first; the cell will live if that bit of rule (0 to 255) is set, bit 0 being
// the lowest.
//
// RuleStep("..#..", 90) = ".#.#."
// RuleStep("###", 1) = "..."
func RuleStep(cells string, rule int) string {
	next := make([]byte, len(cells))
	for i := range next {
		next[i] = '.'
		if rule>>neighbourhood(cells, i)&1 == 1 {
			next[i] = '#'
		}
	}
	return string(next)
}

func neighbourhood(cells string, middle int) int {
	number := 0
	for i := middle - 1; i <= middle+1; i++ {
		number *= 2
		if i >= 0 && i < len(cells) && cells[i] == '#' {
			number++
		}
	}
	return number
}
