package drawbars

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleDrawBars(t *testing.T) {
	assert.Equal(t, []string{"0|##", "1|", "2|###"}, DrawBars([]int{2, 0, 3}))
	assert.Empty(t, DrawBars([]int{}))
}
