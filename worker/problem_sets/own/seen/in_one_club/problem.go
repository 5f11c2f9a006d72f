package inoneclub

import "sort"

// InOneClub returns, in alphabetical order, everybody who is a member of exactly one of two clubs.
// A name may be listed twice in a club.
//
//	InOneClub(["ann", "bob"], ["bob", "cat"]) = ["ann", "cat"]
//	InOneClub(["ann", "ann"], []) = ["ann"]
func InOneClub(chess, choir []string) []string {
	membership := map[string]int{}
	for _, name := range chess {
		membership[name] |= 1
	}
	for _, name := range choir {
		membership[name] |= 2
	}
	names := []string{}
	for name, clubs := range membership {
		if clubs != 3 {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}
