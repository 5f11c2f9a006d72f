package groupby

// GroupBy sorts items into groups: the answer maps every key to the items for which key returns it, in the order in
// which they came. Keys of no item do not occur in the answer.
//
// GroupBy([]int{1, 2, 3, 4}, func(n int) bool { return n%2 == 0 }) = map[false:[1 3] true:[2 4]]
// GroupBy([]string{"fig", "pea", "kiwi"}, func(s string) int { return len(s) }) = map[3:[fig pea] 4:[kiwi]]
func GroupBy[T any, K comparable](items []T, key func(T) K) map[K][]T {
	groups := map[K][]T{}
	for _, item := range items {
		group := key(item)
		groups[group] = append(groups[group], item)
	}
	return groups
}
