package blackjackvalue

import "strconv"

// BlackjackValue counts a hand in blackjack. The cards are "2" to "10" (worth their number), "J", "Q" and "K" (worth
// 10) and "A". Each ace is worth 11, or 1 where 11 would take the total over 21; as few aces as possible are
// lowered.
//
// BlackjackValue([]string{"A", "K"}) = 21
// BlackjackValue([]string{"A", "A", "9"}) = 21
func BlackjackValue(cards []string) int {
	total, aces := 0, 0
	for _, card := range cards {
		switch card {
		case "A":
			total += 11
			aces++
		case "J", "Q", "K":
			total += 10
		default:
			pips, _ := strconv.Atoi(card)
			total += pips
		}
	}
	for total > 21 && aces > 0 {
		total -= 10
		aces--
	}
	return total
}
