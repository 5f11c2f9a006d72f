package refusedwithdrawals

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenRefusedWithdrawals(t *testing.T) {
	assert.Equal(t, 0, RefusedWithdrawals(0, nil))
	assert.Equal(t, 0, RefusedWithdrawals(5, []int{-5}))
	assert.Equal(t, 1, RefusedWithdrawals(5, []int{-6}))
	assert.Equal(t, 1, RefusedWithdrawals(5, []int{-6, -5}))
	assert.Equal(t, 1, RefusedWithdrawals(0, []int{3, -3, -1}))
	assert.Equal(t, 1, RefusedWithdrawals(0, []int{3, -2, -2, -1}))
	assert.Equal(t, 1, RefusedWithdrawals(100, []int{-50, -50, -1, 1, -1}))
	assert.Equal(t, 3, RefusedWithdrawals(1, []int{-2, -2, -2}))
	assert.Equal(t, 0, RefusedWithdrawals(7, []int{0, 0}))
	assert.Equal(t, 2, RefusedWithdrawals(2, []int{-3, 10, -12, -1}))
}
