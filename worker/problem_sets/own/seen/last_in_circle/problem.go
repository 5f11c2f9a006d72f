package lastincircle

// LastInCircle plays a counting-out game. The players stand in a circle; counting starts at the first and goes
// to step, whoever is counted last leaves, and counting starts again with the next player.
// It returns the player who remains.
//
//	LastInCircle(["a", "b", "c"], 2) = "c"
//	LastInCircle(["a", "b"], 1) = "b"
func LastInCircle(players []string, step int) string {
	circle := append([]string{}, players...)
	at := 0
	for len(circle) > 1 {
		at = (at + step - 1) % len(circle)
		circle = append(circle[:at], circle[at+1:]...)
	}
	return circle[0]
}
