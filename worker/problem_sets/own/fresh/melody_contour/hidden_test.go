package melodycontour

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenMelodyContour(t *testing.T) {
	assert.Equal(t, "", MelodyContour(nil))
	assert.Equal(t, "", MelodyContour([]int{}))
	assert.Equal(t, "*", MelodyContour([]int{0}))
	assert.Equal(t, "*U", MelodyContour([]int{1, 2}))
	assert.Equal(t, "*D", MelodyContour([]int{2, 1}))
	assert.Equal(t, "*R", MelodyContour([]int{2, 2}))
	assert.Equal(t, "*RURURD", MelodyContour([]int{1, 1, 5, 5, 6, 6, 5}))
	assert.Equal(t, "*DDUU", MelodyContour([]int{3, -1, -7, -6, 40}))
	assert.Equal(t, "*RRR", MelodyContour([]int{-4, -4, -4, -4}))
	assert.Equal(t, "*UDUDR", MelodyContour([]int{0, 1, 0, 1, 0, 0}))
}
