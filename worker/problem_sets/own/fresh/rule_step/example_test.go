package rulestep

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleRuleStep(t *testing.T) {
	assert.Equal(t, ".#.#.", RuleStep("..#..", 90))
	assert.Equal(t, "...", RuleStep("###", 1))
}
