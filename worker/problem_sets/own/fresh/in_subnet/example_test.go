package insubnet

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleInSubnet(t *testing.T) {
	assert.True(t, InSubnet("192.168.7.1", "192.168.0.0/16"))
	assert.False(t, InSubnet("10.0.0.8", "10.0.0.0/29"))
}
