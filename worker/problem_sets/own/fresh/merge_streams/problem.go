package mergestreams

type Event struct {
	At   int
	Name string
}

// MergeStreams reads two channels until both are closed and returns all their events ordered by At. Each channel
// delivers its events in that order already. Of two events at the same time the one from left comes first.
//
// left: {1 start} {5 stop}, right: {1 ping} {9 end}
// MergeStreams(left, right) = [{1 start} {1 ping} {5 stop} {9 end}]
func MergeStreams(left, right <-chan Event) []Event {
	merged := []Event{}
	a, moreLeft := <-left
	b, moreRight := <-right
	for moreLeft || moreRight {
		if moreLeft && (!moreRight || a.At <= b.At) {
			merged = append(merged, a)
			a, moreLeft = <-left
		} else {
			merged = append(merged, b)
			b, moreRight = <-right
		}
	}
	return merged
}
