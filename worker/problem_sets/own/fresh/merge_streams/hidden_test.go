package mergestreams

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenMergeStreams(t *testing.T) {
	stream := func(events ...Event) <-chan Event {
		out := make(chan Event)
		go func() {
			defer close(out)
			for _, event := range events {
				out <- event
			}
		}()
		return out
	}
	a, b, c, d := Event{1, "a"}, Event{2, "b"}, Event{3, "c"}, Event{4, "d"}
	assert.Empty(t, MergeStreams(stream(), stream()))
	assert.Equal(t, []Event{a}, MergeStreams(stream(a), stream()))
	assert.Equal(t, []Event{a}, MergeStreams(stream(), stream(a)))
	assert.Equal(t, []Event{a, b}, MergeStreams(stream(a), stream(b)))
	assert.Equal(t, []Event{a, b}, MergeStreams(stream(b), stream(a)))
	assert.Equal(t, []Event{a, b, c, d}, MergeStreams(stream(a, c), stream(b, d)))
	assert.Equal(t, []Event{a, b, c, d}, MergeStreams(stream(c, d), stream(a, b)))
	assert.Equal(t, []Event{a, b, c, d}, MergeStreams(stream(a, b, c), stream(d)))
	assert.Equal(t, []Event{{2, "x"}, {2, "y"}, b}, MergeStreams(stream(Event{2, "x"}, Event{2, "y"}), stream(b)))
	assert.Equal(t, []Event{b, {2, "x"}, c}, MergeStreams(stream(b, c), stream(Event{2, "x"})))
	assert.Equal(t, []Event{{-5, "n"}, {0, "z"}, a}, MergeStreams(stream(Event{0, "z"}), stream(Event{-5, "n"}, a)))
	assert.Equal(t, []Event{{-5, "n"}, {-4, "m"}}, MergeStreams(stream(Event{-5, "n"}, Event{-4, "m"}), stream()))
}
