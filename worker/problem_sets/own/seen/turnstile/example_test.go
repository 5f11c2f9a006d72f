package turnstile

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleTurnstile(t *testing.T) {
	assert.Equal(t, 1, Turnstile([]string{"coin", "push", "push"}))
	assert.Equal(t, 1, Turnstile([]string{"coin", "coin", "push"}))
}
