package allowrequests

// AllowRequests is a rate limiter. times holds when requests arrive, in seconds and never decreasing. A request at
// time now is allowed if fewer than limit requests were already allowed at times later than now-window. It tells
// for each request whether it is allowed; refused requests do not count against later ones.
//
// AllowRequests([]int{1, 2, 3, 11}, 2, 10) = [true true false true]
// AllowRequests([]int{5, 5}, 1, 1) = [true false]
func AllowRequests(times []int, limit, window int) []bool {
	allowed := make([]bool, len(times))
	recent := []int{}
	for i, now := range times {
		for len(recent) > 0 && recent[0] <= now-window {
			recent = recent[1:]
		}
		if len(recent) < limit {
			allowed[i] = true
			recent = append(recent, now)
		}
	}
	return allowed
}
