package alignpairs

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenAlignPairs(t *testing.T) {
	assert.Empty(t, AlignPairs(nil))
	assert.Equal(t, []string{"="}, AlignPairs([]string{"="}))
	assert.Equal(t, []string{" =", "a="}, AlignPairs([]string{"=", "a="}))
	assert.Equal(t, []string{"  =v", "ab=w"}, AlignPairs([]string{"=v", "ab=w"}))
	assert.Equal(t, []string{"ab=1", "cd=2"}, AlignPairs([]string{"ab=1", "cd=2"}))
	assert.Equal(t, []string{"long key=1", "k       =2"}, AlignPairs([]string{"long key=1", "k=2"}))
	assert.Equal(t, []string{"a  =1", "bb =2", "ccc=3"}, AlignPairs([]string{"a=1", "bb=2", "ccc=3"}))
	assert.Equal(t, []string{"ccc=3", "bb =2", "a  =1"}, AlignPairs([]string{"ccc=3", "bb=2", "a=1"}))
	assert.Equal(t, []string{"a=long value", "b="}, AlignPairs([]string{"a=long value", "b="}))
}
