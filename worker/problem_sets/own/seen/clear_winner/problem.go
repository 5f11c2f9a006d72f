package clearwinner

// ClearWinner returns the name with more than half of all votes, or "" if there is none.
//
//	ClearWinner(["ann", "bob", "ann"]) = "ann"
//	ClearWinner(["ann", "bob"]) = ""
func ClearWinner(votes []string) string {
	counts := map[string]int{}
	for _, name := range votes {
		counts[name]++
		if counts[name] > len(votes)/2 {
			return name
		}
	}
	return ""
}
