package hanoimoves

// HanoiMoves lists the moves that bring a tower of disks from peg "from" to peg "to" with the help of "via".
// Only the top disk of a peg may be moved, and never onto a smaller one.
//
//	HanoiMoves(1, "A", "C", "B") = ["A>C"]
//	HanoiMoves(2, "A", "C", "B") = ["A>B", "A>C", "B>C"]
func HanoiMoves(disks int, from, to, via string) []string {
	if disks == 0 {
		return nil
	}
	moves := HanoiMoves(disks-1, from, via, to)
	moves = append(moves, from+">"+to)
	return append(moves, HanoiMoves(disks-1, via, to, from)...)
}
