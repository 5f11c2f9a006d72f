package insubnet

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenInSubnet(t *testing.T) {
	assert.True(t, InSubnet("10.0.0.7", "10.0.0.0/29"))
	assert.True(t, InSubnet("10.0.0.1", "10.0.0.6/29"))
	assert.True(t, InSubnet("1.2.3.4", "1.2.3.4/32"))
	assert.False(t, InSubnet("1.2.3.5", "1.2.3.4/32"))
	assert.True(t, InSubnet("1.2.3.5", "1.2.3.4/31"))
	assert.True(t, InSubnet("200.1.2.3", "9.8.7.6/0"))
	assert.True(t, InSubnet("127.255.255.255", "0.0.0.0/1"))
	assert.False(t, InSubnet("128.0.0.0", "0.0.0.0/1"))
	assert.False(t, InSubnet("192.169.0.1", "192.168.255.255/16"))
	assert.True(t, InSubnet("172.16.200.255", "172.16.200.0/24"))
	assert.False(t, InSubnet("172.16.201.0", "172.16.200.0/24"))
	assert.True(t, InSubnet("172.16.201.0", "172.16.200.0/23"))
	assert.False(t, InSubnet("172.17.200.4", "172.16.200.0/24"))
}
