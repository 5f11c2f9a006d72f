package bowlingscore

// BowlingScore counts a finished game of ten-pin bowling from the pins that each roll knocked down. A game has ten
// frames of two rolls, or of one roll if it takes all ten pins (a strike). A frame scores its pins; a strike also
// scores the next two rolls, and two rolls that take ten pins together (a spare) also score the next roll. The bonus
// rolls that a strike or spare in the tenth frame earns stand at the end and form no frame of their own.
//
// BowlingScore([]int{10, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}) = 24
// BowlingScore([]int{10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10}) = 300
func BowlingScore(rolls []int) int {
	score, at := 0, 0
	for range 10 {
		switch {
		case rolls[at] == 10:
			score += 10 + rolls[at+1] + rolls[at+2]
			at++
		case rolls[at]+rolls[at+1] == 10:
			score += 10 + rolls[at+2]
			at += 2
		default:
			score += rolls[at] + rolls[at+1]
			at += 2
		}
	}
	return score
}
