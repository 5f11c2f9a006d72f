package oneletterapart

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenOneLetterApart(t *testing.T) {
	assert.False(t, OneLetterApart("", ""))
	assert.False(t, OneLetterApart("a", "a"))
	assert.True(t, OneLetterApart("a", "b"))
	assert.False(t, OneLetterApart("a", ""))
	assert.False(t, OneLetterApart("", "a"))
	assert.False(t, OneLetterApart("cat", "cats"))
	assert.False(t, OneLetterApart("cats", "cat"))
	assert.True(t, OneLetterApart("cat", "bat"))
	assert.True(t, OneLetterApart("cat", "car"))
	assert.True(t, OneLetterApart("cat", "dat"))
	assert.False(t, OneLetterApart("cat", "dot"))
	assert.True(t, OneLetterApart("tön", "ton"))
	assert.False(t, OneLetterApart("abc", "bca"))
	assert.False(t, OneLetterApart("same", "same"))
}
