package pingpong

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExamplePingPong(t *testing.T) {
	assert.Equal(t, []string{"ping", "pong", "ping"}, PingPong(3))
	assert.Empty(t, PingPong(0))
}
