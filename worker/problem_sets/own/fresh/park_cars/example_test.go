package parkcars

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleParkCars(t *testing.T) {
	assert.Equal(t, []string{"EF3", "CD2"}, ParkCars(2, []string{"+AB1", "+CD2", "-AB1", "+EF3"}))
	assert.Equal(t, []string{"AB1", "", ""}, ParkCars(3, []string{"+AB1", "-CD2"}))
}
