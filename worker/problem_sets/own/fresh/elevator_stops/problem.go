package elevatorstops

import "slices"

// ElevatorStops plans a lift's tour. The lift waits at floor start. First it goes up and stops at every called floor
// that is not below start, then it comes down and stops at the others, each time at the next floor on its way.
// A floor called twice gets one stop. calls is not changed.
//
// ElevatorStops(4, []int{7, 2, 5, 1}) = [5 7 2 1]
// ElevatorStops(3, []int{3, 0, 3}) = [3 0]
func ElevatorStops(start int, calls []int) []int {
	floors := slices.Clone(calls)
	slices.Sort(floors)
	floors = slices.Compact(floors)
	turn, _ := slices.BinarySearch(floors, start)
	slices.Reverse(floors[:turn])
	return slices.Concat(floors[turn:], floors[:turn])
}
