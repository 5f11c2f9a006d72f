package allowrequests

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleAllowRequests(t *testing.T) {
	assert.Equal(t, []bool{true, true, false, true}, AllowRequests([]int{1, 2, 3, 11}, 2, 10))
	assert.Equal(t, []bool{true, false}, AllowRequests([]int{5, 5}, 1, 1))
}
