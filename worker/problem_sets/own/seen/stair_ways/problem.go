package stairways

// StairWays counts the ways up a staircase, taking one or two steps at a time and treading on no broken step.
// steps[i] tells whether step i is whole; the climb ends on the last step.
//
//	StairWays([true, true, true]) = 3
//	StairWays([true, false, true]) = 1
func StairWays(steps []bool) int {
	one, two := 1, 0
	for _, whole := range steps {
		ways := one + two
		if !whole {
			ways = 0
		}
		one, two = ways, one
	}
	return one
}
