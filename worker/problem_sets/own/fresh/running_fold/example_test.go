package runningfold

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleRunningFold(t *testing.T) {
	add := func(sum, n int) int { return sum + n }
	assert.Equal(t, []int{0, 3, 7, 12}, RunningFold([]int{3, 4, 5}, 0, add))
	join := func(s, t string) string { return s + t }
	assert.Equal(t, []string{">", ">a", ">ab"}, RunningFold([]string{"a", "b"}, ">", join))
}
