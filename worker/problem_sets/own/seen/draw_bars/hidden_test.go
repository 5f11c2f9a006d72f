package drawbars

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenDrawBars(t *testing.T) {
	assert.Empty(t, DrawBars(nil))
	assert.Equal(t, []string{"0|"}, DrawBars([]int{0}))
	assert.Equal(t, []string{"0|#"}, DrawBars([]int{1}))
	assert.Equal(t, []string{"0|"}, DrawBars([]int{-3}))
	assert.Equal(t, []string{"0|", "1|#"}, DrawBars([]int{-1, 1}))
	assert.Equal(t, []string{"0|#####", "1|#####"}, DrawBars([]int{5, 5}))
	assert.Equal(t, []string{"0|##########"}, DrawBars([]int{10}))
	assert.Equal(t, []string{"0|", "1|##"}, DrawBars([]int{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}[9:]))
	assert.Equal(t, []string{"0|#", "1|##", "2|###", "3|####"}, DrawBars([]int{1, 2, 3, 4}))
}
