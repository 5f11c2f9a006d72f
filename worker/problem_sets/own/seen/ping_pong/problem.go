package pingpong

// PingPong plays a ball back and forth and returns the strokes, "ping" and "pong" in turn, "ping" first.
// Every stroke is a goroutine of its own that waits until the stroke before it is done.
//
//	PingPong(3) = ["ping", "pong", "ping"]
//	PingPong(0) = []
func PingPong(strokes int) []string {
	game, turn := []string{}, make(chan struct{})
	close(turn)
	for stroke := range strokes {
		before, after := turn, make(chan struct{})
		go func() {
			<-before
			game = append(game, []string{"ping", "pong"}[stroke%2])
			close(after)
		}()
		turn = after
	}
	<-turn
	return game
}
