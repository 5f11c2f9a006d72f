package tokenizeformula

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleTokenizeFormula(t *testing.T) {
	tokens, err := TokenizeFormula("area = 2*(w+10)")
	assert.NoError(t, err)
	assert.Equal(t, []string{"area", "=", "2", "*", "(", "w", "+", "10", ")"}, tokens)
	_, err = TokenizeFormula("a & b")
	assert.Error(t, err)
}
