package weekdayafter

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleWeekdayAfter(t *testing.T) {
	assert.Equal(t, "Tue", WeekdayAfter("Sat", 3))
	assert.Equal(t, "Sun", WeekdayAfter("Mon", -1))
}
