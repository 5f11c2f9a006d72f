package refusedwithdrawals

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleRefusedWithdrawals(t *testing.T) {
	assert.Equal(t, 1, RefusedWithdrawals(10, []int{-4, -7, 5, -11}))
	assert.Equal(t, 2, RefusedWithdrawals(0, []int{-1, -1}))
}
