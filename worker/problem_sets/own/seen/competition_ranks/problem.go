package competitionranks

// CompetitionRanks gives every score its place: the highest is 1, equal scores share a place,
// and the places they take up are skipped afterwards.
//
//	CompetitionRanks([50, 80, 80, 20]) = [3, 1, 1, 4]
//	CompetitionRanks([7]) = [1]
func CompetitionRanks(scores []int) []int {
	ranks := make([]int, len(scores))
	for i, score := range scores {
		ranks[i] = 1
		for _, other := range scores {
			if other > score {
				ranks[i]++
			}
		}
	}
	return ranks
}
