package depthsum

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenDepthSum(t *testing.T) {
	assert.Equal(t, 0, DepthSum(""))
	assert.Equal(t, 0, DepthSum("()"))
	assert.Equal(t, 0, DepthSum("5"))
	assert.Equal(t, 5, DepthSum("(5)"))
	assert.Equal(t, 0, DepthSum("(0)"))
	assert.Equal(t, 9, DepthSum("(9)"))
	assert.Equal(t, 18, DepthSum("((9))"))
	assert.Equal(t, 3, DepthSum("(1)(2)"))
	assert.Equal(t, 15, DepthSum("(((4))3)"))
	assert.Equal(t, 3, DepthSum("(a1-b2)"))
	assert.Equal(t, 3, DepthSum("(12)"))
	assert.Equal(t, 3, DepthSum("((1)1)1"))
	assert.Equal(t, 8, DepthSum("(:)(/8)"))
}
