package depthsum

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleDepthSum(t *testing.T) {
	assert.Equal(t, 5, DepthSum("(1(2))"))
	assert.Equal(t, 6, DepthSum("7(3,3)"))
}
