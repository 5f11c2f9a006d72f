package reachablestops

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleReachableStops(t *testing.T) {
	assert.Equal(t, 3, ReachableStops([][2]string{{"OSL", "CDG"}, {"CDG", "JFK"}, {"LIS", "OSL"}}, "OSL"))
	assert.Equal(t, 1, ReachableStops(nil, "OSL"))
}
