package freehours

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenFreeHours(t *testing.T) {
	assert.Empty(t, FreeHours(9, 9, nil))
	assert.Empty(t, FreeHours(9, 8, nil))
	assert.Equal(t, []int{9}, FreeHours(9, 10, nil))
	assert.Empty(t, FreeHours(9, 12, [][2]int{{9, 12}}))
	assert.Empty(t, FreeHours(9, 12, [][2]int{{0, 24}}))
	assert.Equal(t, []int{9, 10, 11}, FreeHours(9, 12, [][2]int{{10, 10}}))
	assert.Equal(t, []int{10, 11, 12}, FreeHours(9, 14, [][2]int{{9, 10}, {13, 14}}))
	assert.Equal(t, []int{12, 13}, FreeHours(9, 14, [][2]int{{9, 12}, {10, 11}}))
	assert.Equal(t, []int{10}, FreeHours(9, 12, [][2]int{{5, 10}, {11, 20}}))
	assert.Equal(t, []int{9, 10, 11}, FreeHours(9, 12, [][2]int{{12, 15}, {6, 9}}))
}
