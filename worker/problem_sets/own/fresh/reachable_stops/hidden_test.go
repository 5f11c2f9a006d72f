package reachablestops

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenReachableStops(t *testing.T) {
	loop := [][2]string{{"A", "B"}, {"B", "C"}, {"C", "A"}, {"D", "A"}}
	assert.Equal(t, 3, ReachableStops(loop, "A"))
	assert.Equal(t, 3, ReachableStops(loop, "C"))
	assert.Equal(t, 4, ReachableStops(loop, "D"))
	assert.Equal(t, 1, ReachableStops(loop, "E"))
	assert.Equal(t, 1, ReachableStops([][2]string{{"A", "A"}}, "A"))
	assert.Equal(t, 2, ReachableStops([][2]string{{"A", "B"}, {"A", "B"}, {"C", "B"}}, "A"))
	assert.Equal(t, 1, ReachableStops([][2]string{{"A", "B"}}, "B"))
	diamond := [][2]string{{"A", "B"}, {"A", "C"}, {"B", "D"}, {"C", "D"}, {"D", "E"}, {"F", "G"}}
	assert.Equal(t, 5, ReachableStops(diamond, "A"))
	assert.Equal(t, 3, ReachableStops(diamond, "C"))
	assert.Equal(t, 2, ReachableStops(diamond, "F"))
}
