package rulestep

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenRuleStep(t *testing.T) {
	assert.Equal(t, "", RuleStep("", 30))
	assert.Equal(t, "#", RuleStep(".", 1))
	assert.Equal(t, ".", RuleStep("#", 1))
	assert.Equal(t, "#", RuleStep("#", 4))
	assert.Equal(t, ".###.", RuleStep("..#..", 30))
	assert.Equal(t, "##..#", RuleStep(".###.", 30))
	assert.Equal(t, "#.#####", RuleStep("#..##.#", 110))
	assert.Equal(t, ".#...", RuleStep("..#..", 2))
	assert.Equal(t, "...#.", RuleStep("..#..", 16))
	assert.Equal(t, "#####", RuleStep("#.#.#", 255))
	assert.Equal(t, ".....", RuleStep("#.#.#", 0))
	assert.Equal(t, ".##.", RuleStep("####", 128))
	assert.Equal(t, "#...", RuleStep("####", 8))
	assert.Equal(t, "...#", RuleStep("####", 64))
}
