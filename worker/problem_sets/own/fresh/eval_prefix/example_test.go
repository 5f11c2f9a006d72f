package evalprefix

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleEvalPrefix(t *testing.T) {
	assert.Equal(t, 11, EvalPrefix("+ 3 * 2 4"))
	assert.Equal(t, 7, EvalPrefix("- - 10 1 2"))
}
