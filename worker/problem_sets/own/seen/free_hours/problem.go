package freehours

// FreeHours returns the hours from open up to, but not including, shut in which no meeting takes place.
// A meeting [2]int{from, to} occupies the hours from, from+1, ... to-1.
//
//	FreeHours(9, 13, [[10 12]]) = [9, 12]
//	FreeHours(8, 10, []) = [8, 9]
func FreeHours(open, shut int, meetings [][2]int) []int {
	free := []int{}
	for hour := open; hour < shut; hour++ {
		busy := false
		for _, meeting := range meetings {
			if meeting[0] <= hour && hour < meeting[1] {
				busy = true
			}
		}
		if !busy {
			free = append(free, hour)
		}
	}
	return free
}
