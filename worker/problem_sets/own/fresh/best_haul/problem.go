package besthaul

type Item struct {
	Weight, Value int
}

// BestHaul returns the greatest total value of items that together weigh no more than capacity. Each item can be
// taken once or left. Weights and values are not negative.
//
// BestHaul([]Item{{4, 10}, {3, 7}, {2, 6}}, 5) = 13
// BestHaul([]Item{{4, 10}}, 3) = 0
func BestHaul(items []Item, capacity int) int {
	if len(items) == 0 {
		return 0
	}
	first, others := items[0], items[1:]
	best := BestHaul(others, capacity)
	if first.Weight <= capacity {
		best = max(best, first.Value+BestHaul(others, capacity-first.Weight))
	}
	return best
}
