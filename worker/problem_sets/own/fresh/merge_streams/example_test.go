package mergestreams

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleMergeStreams(t *testing.T) {
	stream := func(events ...Event) <-chan Event {
		out := make(chan Event, len(events))
		for _, event := range events {
			out <- event
		}
		close(out)
		return out
	}
	left := stream(Event{1, "start"}, Event{5, "stop"})
	right := stream(Event{1, "ping"}, Event{9, "end"})
	assert.Equal(t, []Event{{1, "start"}, {1, "ping"}, {5, "stop"}, {9, "end"}}, MergeStreams(left, right))
	assert.Equal(t, []Event{{3, "only"}}, MergeStreams(stream(), stream(Event{3, "only"})))
}
