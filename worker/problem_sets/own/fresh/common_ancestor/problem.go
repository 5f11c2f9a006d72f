package commonancestor

// CommonAncestor finds where two branches of a family tree meet. parents[i] is the parent of person i, or -1 for
// someone whose parent is unknown. It returns the closest person who is an ancestor of both a and b, where everyone
// counts as an ancestor of themselves, or -1 if there is no such person.
//
// CommonAncestor([]int{-1, 0, 0, 1, 1}, 3, 4) = 1
// CommonAncestor([]int{-1, 0, 0, 1, 1}, 4, 2) = 0
func CommonAncestor(parents []int, a, b int) int {
	ancestors := map[int]bool{}
	for at := a; at != -1; at = parents[at] {
		ancestors[at] = true
	}
	for b != -1 && !ancestors[b] {
		b = parents[b]
	}
	return b
}
