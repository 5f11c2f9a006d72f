package alignpairs

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleAlignPairs(t *testing.T) {
	assert.Equal(t, []string{"a  =1", "abc=2"}, AlignPairs([]string{"a=1", "abc=2"}))
	assert.Equal(t, []string{"x=y"}, AlignPairs([]string{"x=y"}))
}
