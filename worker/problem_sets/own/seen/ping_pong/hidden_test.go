package pingpong

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenPingPong(t *testing.T) {
	assert.Equal(t, []string{"ping"}, PingPong(1))
	assert.Equal(t, []string{"ping", "pong"}, PingPong(2))
	assert.Equal(t, []string{"ping", "pong", "ping", "pong"}, PingPong(4))
	assert.Equal(t, []string{"ping", "pong", "ping", "pong", "ping"}, PingPong(5))
	assert.Equal(t, []string{"ping", "pong", "ping", "pong", "ping", "pong"}, PingPong(6))
	assert.Empty(t, PingPong(0))
	assert.Equal(t, []string{"ping", "pong", "ping", "pong", "ping", "pong", "ping"}, PingPong(7))
	assert.Equal(t, []string{"ping", "pong", "ping", "pong", "ping", "pong", "ping", "pong"}, PingPong(8))
}
