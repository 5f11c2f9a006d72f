package handkind

import (
	"maps"
	"slices"
)

// HandKind names what five playing cards amount to, looking only at equal ranks. A card is its rank followed by one
// letter for its suit, as in "Qs" or "10h". The kinds are "four of a kind", "full house" (three of one rank and two
// of another), "three of a kind", "two pairs", "pair" and "high card".
//
// HandKind([]string{"10h", "4s", "10c", "4d", "4h"}) = "full house"
// HandKind([]string{"2h", "3h", "4h", "5h", "6h"}) = "high card"
func HandKind(cards []string) string {
	counts := map[string]int{}
	for _, card := range cards {
		counts[card[:len(card)-1]]++
	}
	most := slices.Max(slices.Collect(maps.Values(counts)))
	switch {
	case most == 4:
		return "four of a kind"
	case most == 3 && len(counts) == 2:
		return "full house"
	case most == 3:
		return "three of a kind"
	case len(counts) == 3:
		return "two pairs"
	case len(counts) == 4:
		return "pair"
	}
	return "high card"
}
