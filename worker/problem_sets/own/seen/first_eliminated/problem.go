package firsteliminated

import "slices"

// FirstEliminated finds who leaves an election first. A ballot lists all candidates, the favourite first.
// The candidate who is the favourite of the fewest leaves; of several the first in alphabetical order.
//
//	FirstEliminated([["a" "b"] ["a" "b"] ["b" "a"]]) = "b"
//	FirstEliminated([["b" "c" "a"]]) = "a"
func FirstEliminated(ballots [][]string) string {
	firsts := map[string]int{}
	for _, ballot := range ballots {
		firsts[ballot[0]]++
	}
	candidates := slices.Sorted(slices.Values(ballots[0]))
	loser := candidates[0]
	for _, name := range candidates {
		if firsts[name] < firsts[loser] {
			loser = name
		}
	}
	return loser
}
