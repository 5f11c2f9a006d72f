package runningfold

// RunningFold folds items from the left and keeps every value on the way: the first value is start, and each further
// one is step applied to the value before and the next item. So there is one value more than there are items.
//
// RunningFold([]int{3, 4, 5}, 0, func(sum, n int) int { return sum + n }) = [0 3 7 12]
// RunningFold([]string{"a", "b"}, ">", func(s, t string) string { return s + t }) = [> >a >ab]
func RunningFold[T, A any](items []T, start A, step func(A, T) A) []A {
	values := []A{start}
	for i, item := range items {
		values = append(values, step(values[i], item))
	}
	return values
}
