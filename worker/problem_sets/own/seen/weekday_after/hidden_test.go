package weekdayafter

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenWeekdayAfter(t *testing.T) {
	assert.Equal(t, "Mon", WeekdayAfter("Mon", 0))
	assert.Equal(t, "Wed", WeekdayAfter("Mon", 2))
	assert.Equal(t, "Thu", WeekdayAfter("Tue", 2))
	assert.Equal(t, "Fri", WeekdayAfter("Wed", 2))
	assert.Equal(t, "Sat", WeekdayAfter("Thu", 2))
	assert.Equal(t, "Sun", WeekdayAfter("Fri", 2))
	assert.Equal(t, "Mon", WeekdayAfter("Sun", 1))
	assert.Equal(t, "Wed", WeekdayAfter("Wed", 7))
	assert.Equal(t, "Wed", WeekdayAfter("Wed", -7))
	assert.Equal(t, "Sun", WeekdayAfter("Fri", 100))
	assert.Equal(t, "Wed", WeekdayAfter("Fri", -100))
	assert.Equal(t, "Sun", WeekdayAfter("Tue", -2))
}
