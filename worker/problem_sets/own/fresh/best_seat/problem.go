package bestseat

// BestSeat chooses a seat in a row where 'x' is a taken seat and '.' a free one: the free seat that is the farthest
// away from the nearest taken one, and the leftmost among equally good ones. If nobody sits there yet it is seat 0,
// and if no seat is free the answer is -1. Seats are numbered from 0.
//
// BestSeat("x...x..") = 2
// BestSeat("x.x...") = 5
func BestSeat(row string) int {
	best, farthest := -1, 0
	for seat := range row {
		if gap := nearestTaken(row, seat); gap > farthest {
			best, farthest = seat, gap
		}
	}
	return best
}

func nearestTaken(row string, seat int) int {
	nearest := len(row)
	for other, state := range row {
		if state == 'x' {
			nearest = min(nearest, max(seat-other, other-seat))
		}
	}
	return nearest
}
