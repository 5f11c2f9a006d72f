package lightafter

// LightAfter tells which light of a signal is on, some seconds after it turned green.
// Green lasts 30 seconds, then yellow 5 and red 25, then it is green again.
//
//	LightAfter(31) = "yellow"
//	LightAfter(60) = "green"
func LightAfter(seconds int) string {
	switch second := seconds % 60; {
	case second < 30:
		return "green"
	case second < 35:
		return "yellow"
	default:
		return "red"
	}
}
