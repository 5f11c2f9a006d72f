package elevatorstops

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleElevatorStops(t *testing.T) {
	assert.Equal(t, []int{5, 7, 2, 1}, ElevatorStops(4, []int{7, 2, 5, 1}))
	assert.Equal(t, []int{3, 0}, ElevatorStops(3, []int{3, 0, 3}))
}
