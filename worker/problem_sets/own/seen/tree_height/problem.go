package treeheight

// Tree is a node of a binary tree; missing children are nil.
type Tree struct {
	Left, Right *Tree
	Value       int
}

// TreeHeight returns how many nodes there are on the longest way from the root down to a leaf.
//
//	TreeHeight(nil) = 0
//	TreeHeight(&Tree{Left: &Tree{}}) = 2
func TreeHeight(root *Tree) int {
	if root == nil {
		return 0
	}
	return 1 + max(TreeHeight(root.Left), TreeHeight(root.Right))
}
