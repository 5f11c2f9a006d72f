package cascadefill

// CascadeFill pours water down a fountain. Bowl i holds at most capacities[i] litres and already contains levels[i].
// All the water goes to the first bowl; what does not fit flows on to the next one, and so on. It returns the new
// levels and how many litres run over the last bowl. levels is not changed.
//
// CascadeFill([]int{3, 5}, []int{0, 4}, 5) = [3 5], 1
// CascadeFill([]int{9, 9}, []int{2, 2}, 4) = [6 2], 0
func CascadeFill(capacities, levels []int, litres int) ([]int, int) {
	filled := make([]int, len(levels))
	for i, level := range levels {
		poured := min(capacities[i]-level, litres)
		filled[i] = level + poured
		litres -= poured
	}
	return filled, litres
}
