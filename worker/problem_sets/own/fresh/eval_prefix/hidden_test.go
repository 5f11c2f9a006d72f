package evalprefix

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenEvalPrefix(t *testing.T) {
	assert.Equal(t, 5, EvalPrefix("5"))
	assert.Equal(t, -12, EvalPrefix("-12"))
	assert.Equal(t, 9, EvalPrefix("+ 4 5"))
	assert.Equal(t, -1, EvalPrefix("- 4 5"))
	assert.Equal(t, 20, EvalPrefix("* 4 5"))
	assert.Equal(t, 14, EvalPrefix("* + 3 4 2"))
	assert.Equal(t, 11, EvalPrefix("- 10 - 1 2"))
	assert.Equal(t, 21, EvalPrefix("* + 1 2 + 3 4"))
	assert.Equal(t, -6, EvalPrefix("* -2 3"))
	assert.Equal(t, 3, EvalPrefix("- + 2 -1 * -2 1"))
	assert.Equal(t, 42, EvalPrefix("  +   40  2 "))
	assert.Equal(t, 100, EvalPrefix("+ * 5 - 9 1 * + 10 20 2"))
}
