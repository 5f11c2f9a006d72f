package allowrequests

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenAllowRequests(t *testing.T) {
	assert.Empty(t, AllowRequests([]int{}, 3, 10))
	assert.Equal(t, []bool{true}, AllowRequests([]int{0}, 1, 1))
	assert.Equal(t, []bool{false, false}, AllowRequests([]int{0, 9}, 0, 5))
	assert.Equal(t, []bool{true, false, true}, AllowRequests([]int{0, 9, 10}, 1, 10))
	assert.Equal(t, []bool{true, false, false, true}, AllowRequests([]int{0, 4, 5, 6}, 1, 6))
	assert.Equal(t, []bool{true, true, true, false}, AllowRequests([]int{7, 7, 7, 7}, 3, 2))
	assert.Equal(t, []bool{true, true, false, true, true, false}, AllowRequests([]int{0, 1, 2, 3, 4, 5}, 2, 3))
	assert.Equal(t, []bool{true, true, false, true, false, true}, AllowRequests([]int{0, 8, 9, 10, 12, 18}, 2, 10))
	assert.Equal(t, []bool{true, true, true, true}, AllowRequests([]int{-20, -10, 0, 10}, 1, 10))
	assert.Equal(t, []bool{true, true, true, true, false}, AllowRequests([]int{0, 1, 20, 21, 22}, 2, 5))
}
