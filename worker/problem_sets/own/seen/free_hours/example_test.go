package freehours

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleFreeHours(t *testing.T) {
	assert.Equal(t, []int{9, 12}, FreeHours(9, 13, [][2]int{{10, 12}}))
	assert.Equal(t, []int{8, 9}, FreeHours(8, 10, nil))
}
