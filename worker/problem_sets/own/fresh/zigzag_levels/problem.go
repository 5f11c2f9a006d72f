package zigzaglevels

import "slices"

// ZigzagLevels lists a binary tree level by level, the root's level from left to right, the next one from right to
// left, and so on in turns. tree holds the values in level order, as a heap does: below tree[i] come tree[2*i+1] and
// tree[2*i+2], and only the end of the last level may be missing. tree is not changed.
//
// ZigzagLevels([]int{1, 2, 3, 4, 5, 6, 7}) = [[1] [3 2] [4 5 6 7]]
// ZigzagLevels([]int{8, 9}) = [[8] [9]]
func ZigzagLevels(tree []int) [][]int {
	levels := [][]int{}
	for start := 0; start < len(tree); start = 2*start + 1 {
		level := slices.Clone(tree[start:min(2*start+1, len(tree))])
		if len(levels)%2 == 1 {
			slices.Reverse(level)
		}
		levels = append(levels, level)
	}
	return levels
}
