package playlistafter

// PlaylistAfter returns the songs that wait in a queue after the commands were carried out in order:
// "next" drops the first song if there is one, "repeat" moves it to the end, and any other text is added as a song.
//
//	PlaylistAfter(["Hey", "Joe", "repeat"]) = ["Joe", "Hey"]
//	PlaylistAfter(["Hey", "next", "next"]) = []
func PlaylistAfter(commands []string) []string {
	queue := []string{}
	for _, command := range commands {
		switch {
		case command != "next" && command != "repeat":
			queue = append(queue, command)
		case len(queue) == 0:
			continue
		case command == "repeat":
			queue = append(queue[1:], queue[0])
		default:
			queue = queue[1:]
		}
	}
	return queue
}
