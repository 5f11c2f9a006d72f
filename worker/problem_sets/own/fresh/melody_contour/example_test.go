package melodycontour

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleMelodyContour(t *testing.T) {
	assert.Equal(t, "*URD", MelodyContour([]int{60, 62, 62, 59}))
	assert.Equal(t, "*", MelodyContour([]int{70}))
}
