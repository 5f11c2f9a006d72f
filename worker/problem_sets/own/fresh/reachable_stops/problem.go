package reachablestops

// ReachableStops counts the airports that can be reached from start by any number of flights, start itself included.
// Each flight leads one way only, from flight[0] to flight[1].
//
// ReachableStops([][2]string{{"OSL", "CDG"}, {"CDG", "JFK"}, {"LIS", "OSL"}}, "OSL") = 3
// ReachableStops(nil, "OSL") = 1
func ReachableStops(flights [][2]string, start string) int {
	next := map[string][]string{}
	for _, flight := range flights {
		next[flight[0]] = append(next[flight[0]], flight[1])
	}
	seen := map[string]bool{start: true}
	waiting := []string{start}
	for len(waiting) > 0 {
		here := waiting[0]
		waiting = waiting[1:]
		for _, there := range next[here] {
			if !seen[there] {
				seen[there] = true
				waiting = append(waiting, there)
			}
		}
	}
	return len(seen)
}
