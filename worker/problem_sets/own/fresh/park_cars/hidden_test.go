package parkcars

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenParkCars(t *testing.T) {
	assert.Equal(t, []string{"", ""}, ParkCars(2, nil))
	assert.Empty(t, ParkCars(0, []string{"+A", "-A"}))
	assert.Equal(t, []string{"A"}, ParkCars(1, []string{"+A", "+B"}))
	assert.Equal(t, []string{""}, ParkCars(1, []string{"+A", "+B", "-A"}))
	assert.Equal(t, []string{"A"}, ParkCars(1, []string{"+A", "+B", "-B"}))
	assert.Equal(t, []string{"B"}, ParkCars(1, []string{"-B", "+B"}))
	assert.Equal(t, []string{"A", "", "C"}, ParkCars(3, []string{"+A", "+B", "+C", "-B"}))
	assert.Equal(t, []string{"D", "B", "E"}, ParkCars(3, []string{"+A", "+B", "+C", "-C", "-A", "+D", "+E"}))
	assert.Equal(t, []string{"", "A"}, ParkCars(2, []string{"+B", "+A", "-B", "-B"}))
	assert.Equal(t, []string{"A", "B"}, ParkCars(2, []string{"+A", "-A", "+A", "+B", "+C"}))
}
