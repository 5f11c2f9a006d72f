package graylabels

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenGrayLabels(t *testing.T) {
	assert.Equal(t, []string{"000", "001", "011", "010", "110", "111", "101", "100"}, GrayLabels(3))
	four := GrayLabels(4)
	assert.Len(t, four, 16)
	assert.Equal(t, "0000", four[0])
	assert.Equal(t, "0100", four[7])
	assert.Equal(t, "1100", four[8])
	assert.Equal(t, "1111", four[10])
	assert.Equal(t, "1000", four[15])
	assert.Len(t, GrayLabels(1), 2)
	assert.Len(t, GrayLabels(6), 64)
	assert.Equal(t, "100000", GrayLabels(6)[63])
	assert.Equal(t, "011001", GrayLabels(6)[17])
}
