package podiumnames

import (
	"slices"
	"sort"
)

// Player is somebody with points.
type Player struct {
	Name   string
	Points int
}

// PodiumNames lists the names of the best three players, most points first; with equal points
// the names are in alphabetical order. With fewer than three players it lists them all.
//
//	PodiumNames([{"Bo" 2} {"Al" 9} {"Cy" 2} {"Di" 1}]) = ["Al", "Bo", "Cy"]
//	PodiumNames([{"Zoe" 1}]) = ["Zoe"]
func PodiumNames(players []Player) []string {
	order := slices.Clone(players)
	sort.Slice(order, func(i, j int) bool {
		a, b := order[i], order[j]
		return a.Points > b.Points || a.Points == b.Points && a.Name < b.Name
	})
	names := []string{}
	for i := 0; i < len(order) && i < 3; i++ {
		names = append(names, order[i].Name)
	}
	return names
}
