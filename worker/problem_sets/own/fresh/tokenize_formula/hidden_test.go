package tokenizeformula

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenTokenizeFormula(t *testing.T) {
	accepts := func(formula string, want ...string) {
		tokens, err := TokenizeFormula(formula)
		assert.NoError(t, err)
		assert.Equal(t, want, tokens)
	}
	accepts("x", "x")
	accepts("7", "7")
	accepts("az09", "az", "09")
	accepts("09az", "09", "az")
	accepts("  a  b ", "a", "b")
	accepts("+-*/=()", "+", "-", "*", "/", "=", "(", ")")
	accepts("((a))", "(", "(", "a", ")", ")")
	accepts("12 34-zebra", "12", "34", "-", "zebra")
	for _, blank := range []string{"", "   "} {
		tokens, err := TokenizeFormula(blank)
		assert.NoError(t, err)
		assert.Empty(t, tokens)
	}
	for _, wrong := range []string{"A", "a;b", "1.5", "a\tb", "{", "`", ":", "é", "1+2!"} {
		tokens, err := TokenizeFormula(wrong)
		assert.Error(t, err)
		assert.Nil(t, tokens)
	}
}
