package daysinmonth

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleDaysInMonth(t *testing.T) {
	assert.Equal(t, 29, DaysInMonth(2024, 2))
	assert.Equal(t, 30, DaysInMonth(2023, 4))
}
