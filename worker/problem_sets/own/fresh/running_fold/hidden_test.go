package runningfold

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenRunningFold(t *testing.T) {
	add := func(sum, n int) int { return sum + n }
	subtract := func(rest, n int) int { return rest - n }
	lengths := func(total int, s string) int { return total + len(s) }
	repeat := func(s string, n int) string { return strings.Repeat(s, n) }
	assert.Equal(t, []int{7}, RunningFold(nil, 7, add))
	assert.Equal(t, []int{7}, RunningFold([]int{}, 7, add))
	assert.Equal(t, []int{7, 8}, RunningFold([]int{1}, 7, add))
	assert.Equal(t, []int{10, 7, 5, 4}, RunningFold([]int{3, 2, 1}, 10, subtract))
	assert.Equal(t, []int{0, -1, -3}, RunningFold([]int{1, 2}, 0, subtract))
	assert.Equal(t, []int{1, 4, 4, 6}, RunningFold([]string{"abc", "", "de"}, 1, lengths))
	assert.Equal(t, []string{"ab", "abab"}, RunningFold([]int{2}, "ab", repeat))
	assert.Equal(t, []string{"x", "xx", "xxxxxx"}, RunningFold([]int{2, 3}, "x", repeat))
	assert.Equal(t, []float64{1, 0.5, 0.25}, RunningFold([]float64{2, 2}, 1, func(a, b float64) float64 { return a / b }))
}
