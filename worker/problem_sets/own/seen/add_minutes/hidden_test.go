package addminutes

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenAddMinutes(t *testing.T) {
	assert.Equal(t, "00:00", AddMinutes("00:00", 0))
	assert.Equal(t, "00:00", AddMinutes("23:59", 1))
	assert.Equal(t, "23:59", AddMinutes("00:00", -1))
	assert.Equal(t, "12:34", AddMinutes("12:34", 1440))
	assert.Equal(t, "12:34", AddMinutes("12:34", -1440))
	assert.Equal(t, "09:05", AddMinutes("08:05", 60))
	assert.Equal(t, "12:30", AddMinutes("10:30", 3000))
	assert.Equal(t, "08:30", AddMinutes("10:30", -3000))
	assert.Equal(t, "00:00", AddMinutes("01:00", -60))
	assert.Equal(t, "07:10", AddMinutes("05:07", 123))
	assert.Equal(t, "00:00", AddMinutes("22:15", 105))
}
