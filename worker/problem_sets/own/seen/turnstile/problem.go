package turnstile

// Turnstile counts how many people get through a turnstile. It starts locked: "coin" unlocks it,
// "push" lets one person through if it is unlocked and locks it again. Further coins are kept and change nothing.
//
//	Turnstile(["coin", "push", "push"]) = 1
//	Turnstile(["coin", "coin", "push"]) = 1
func Turnstile(events []string) int {
	locked, passed := true, 0
	for _, event := range events {
		switch {
		case event == "coin":
			locked = false
		case event == "push" && !locked:
			passed++
			locked = true
		}
	}
	return passed
}
