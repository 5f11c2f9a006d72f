package turnstile

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenTurnstile(t *testing.T) {
	assert.Equal(t, 0, Turnstile(nil))
	assert.Equal(t, 0, Turnstile([]string{"push"}))
	assert.Equal(t, 0, Turnstile([]string{"coin"}))
	assert.Equal(t, 0, Turnstile([]string{"push", "coin"}))
	assert.Equal(t, 2, Turnstile([]string{"coin", "push", "coin", "push"}))
	assert.Equal(t, 1, Turnstile([]string{"coin", "coin", "push", "push"}))
	assert.Equal(t, 1, Turnstile([]string{"push", "push", "coin", "push"}))
	assert.Equal(t, 1, Turnstile([]string{"coin", "kick", "push"}))
	assert.Equal(t, 0, Turnstile([]string{"kick", "coin", "kick"}))
	assert.Equal(t, 3, Turnstile([]string{"coin", "push", "coin", "push", "coin", "push", "push"}))
}
