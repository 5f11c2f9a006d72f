package runstack

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleRunStack(t *testing.T) {
	assert.Equal(t, []int{2, 1, 1}, RunStack("1 2 swap dup"))
	assert.Empty(t, RunStack("5 drop"))
}
