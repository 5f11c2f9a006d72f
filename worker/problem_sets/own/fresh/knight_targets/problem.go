package knighttargets

// KnightTargets lists the squares that a knight on an empty chess board can jump to from the given one: two squares
// along one axis and one along the other. Squares are written "a1" to "h8"; the answer is in alphabetical order.
//
// KnightTargets("a1") = [b3 c2]
// KnightTargets("h4") = [f3 f5 g2 g6]
func KnightTargets(square string) []string {
	targets := []string{}
	for file := byte('a'); file <= 'h'; file++ {
		for rank := byte('1'); rank <= '8'; rank++ {
			if distance(file, square[0])*distance(rank, square[1]) == 2 {
				targets = append(targets, string([]byte{file, rank}))
			}
		}
	}
	return targets
}

func distance(a, b byte) byte {
	return max(a, b) - min(a, b)
}
