package groupby

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleGroupBy(t *testing.T) {
	even := func(n int) bool { return n%2 == 0 }
	assert.Equal(t, map[bool][]int{false: {1, 3}, true: {2, 4}}, GroupBy([]int{1, 2, 3, 4}, even))
	length := func(s string) int { return len(s) }
	assert.Equal(t, map[int][]string{3: {"fig", "pea"}, 4: {"kiwi"}}, GroupBy([]string{"fig", "pea", "kiwi"}, length))
}
