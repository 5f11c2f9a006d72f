package warmingstreak

// WarmingStreak returns the length of the longest run of days on which each was warmer than the day before.
// One day alone is a run of 1, no days are a run of 0.
//
//	WarmingStreak([3, 5, 8, 2, 4]) = 3
//	WarmingStreak([9, 9, 9]) = 1
func WarmingStreak(degrees []int) int {
	longest, current := 0, 0
	for i, degree := range degrees {
		if i > 0 && degree <= degrees[i-1] {
			current = 0
		}
		current++
		longest = max(longest, current)
	}
	return longest
}
