package parkcars

import "slices"

// ParkCars keeps track of a car park with the given number of spaces. The event "+P" is the arrival of the car with
// plate P, which takes the first free space, or drives away if there is none; "-P" is its departure, which means
// nothing if that car is not parked. It returns who stands where in the end, with "" for a free space.
//
// ParkCars(2, []string{"+AB1", "+CD2", "-AB1", "+EF3"}) = ["EF3" "CD2"]
// ParkCars(3, []string{"+AB1", "-CD2"}) = ["AB1" "" ""]
func ParkCars(spaces int, events []string) []string {
	lot := make([]string, spaces)
	for _, event := range events {
		plate := event[1:]
		if event[0] == '+' {
			replaceFirst(lot, "", plate)
		} else {
			replaceFirst(lot, plate, "")
		}
	}
	return lot
}

func replaceFirst(lot []string, old, new string) {
	if at := slices.Index(lot, old); at >= 0 {
		lot[at] = new
	}
}
