package graylabels

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleGrayLabels(t *testing.T) {
	assert.Equal(t, []string{"0", "1"}, GrayLabels(1))
	assert.Equal(t, []string{"00", "01", "11", "10"}, GrayLabels(2))
}
