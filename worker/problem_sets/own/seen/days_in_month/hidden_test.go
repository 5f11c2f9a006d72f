package daysinmonth

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenDaysInMonth(t *testing.T) {
	assert.Equal(t, 29, DaysInMonth(2024, 2))
	assert.Equal(t, 31, DaysInMonth(2023, 1))
	assert.Equal(t, 28, DaysInMonth(2023, 2))
	assert.Equal(t, 28, DaysInMonth(2022, 2))
	assert.Equal(t, 29, DaysInMonth(2028, 2))
	assert.Equal(t, 28, DaysInMonth(1900, 2))
	assert.Equal(t, 29, DaysInMonth(2000, 2))
	assert.Equal(t, 28, DaysInMonth(2100, 2))
	assert.Equal(t, 29, DaysInMonth(2400, 2))
	assert.Equal(t, 31, DaysInMonth(2023, 3))
	assert.Equal(t, 31, DaysInMonth(2023, 5))
	assert.Equal(t, 30, DaysInMonth(2023, 6))
	assert.Equal(t, 31, DaysInMonth(2023, 7))
	assert.Equal(t, 31, DaysInMonth(2023, 8))
	assert.Equal(t, 30, DaysInMonth(2023, 9))
	assert.Equal(t, 31, DaysInMonth(2023, 10))
	assert.Equal(t, 30, DaysInMonth(2023, 11))
	assert.Equal(t, 31, DaysInMonth(2023, 12))
}
