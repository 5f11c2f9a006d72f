package groupby

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenGroupBy(t *testing.T) {
	last := func(n int) int { return n % 10 }
	first := func(s string) byte { return s[0] }
	assert.Equal(t, map[int][]int{}, GroupBy([]int{}, last))
	assert.Equal(t, map[int][]int{}, GroupBy(nil, last))
	assert.Equal(t, map[int][]int{5: {25}}, GroupBy([]int{25}, last))
	assert.Equal(t, map[int][]int{5: {25, 5, 15, 5}}, GroupBy([]int{25, 5, 15, 5}, last))
	assert.Equal(t, map[int][]int{1: {31, 1}, 2: {2, 12}, 0: {0}}, GroupBy([]int{2, 31, 0, 1, 12}, last))
	assert.Equal(t, map[byte][]string{'a': {"ant", "ape"}, 'b': {"bee"}}, GroupBy([]string{"ant", "bee", "ape"}, first))
	assert.Equal(t, map[byte][]string{'x': {"x2", "x1", "x2"}}, GroupBy([]string{"x2", "x1", "x2"}, first))
	same := func(f float64) float64 { return f }
	assert.Equal(t, map[float64][]float64{0.5: {0.5, 0.5}, 2: {2}}, GroupBy([]float64{0.5, 2, 0.5}, same))
	words := []string{"b", "a"}
	GroupBy(words, first)
	assert.Equal(t, []string{"b", "a"}, words)
}
