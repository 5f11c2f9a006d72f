package elevatorstops

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenElevatorStops(t *testing.T) {
	assert.Empty(t, ElevatorStops(5, []int{}))
	assert.Equal(t, []int{9}, ElevatorStops(5, []int{9}))
	assert.Equal(t, []int{-2}, ElevatorStops(5, []int{-2}))
	assert.Equal(t, []int{5}, ElevatorStops(5, []int{5, 5}))
	assert.Equal(t, []int{1, 2, 3}, ElevatorStops(0, []int{3, 1, 2}))
	assert.Equal(t, []int{3, 2, 1}, ElevatorStops(9, []int{2, 3, 1}))
	assert.Equal(t, []int{6, 8, 4, 3}, ElevatorStops(5, []int{8, 3, 6, 4}))
	assert.Equal(t, []int{0, 1, -1, -3}, ElevatorStops(0, []int{-3, 1, 0, -1, 1, -3}))
	assert.Equal(t, []int{10, 11, 12, 9}, ElevatorStops(10, []int{12, 9, 11, 10, 9, 12}))
	calls := []int{7, 2, 5, 7}
	ElevatorStops(4, calls)
	assert.Equal(t, []int{7, 2, 5, 7}, calls)
}
