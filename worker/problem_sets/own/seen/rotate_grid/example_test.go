package rotategrid

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleRotateGrid(t *testing.T) {
	assert.Equal(t, []string{"da", "eb", "fc"}, RotateGrid([]string{"abc", "def"}))
	assert.Equal(t, []string{"x"}, RotateGrid([]string{"x"}))
}
