package splitrecord

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenSplitRecord(t *testing.T) {
	assert.Equal(t, []string{""}, SplitRecord(""))
	assert.Equal(t, []string{"", ""}, SplitRecord(","))
	assert.Equal(t, []string{"one"}, SplitRecord("one"))
	assert.Equal(t, []string{""}, SplitRecord(`""`))
	assert.Equal(t, []string{","}, SplitRecord(`","`))
	assert.Equal(t, []string{"a", "b"}, SplitRecord(`"a","b"`))
	assert.Equal(t, []string{"a,b", "c,d", "e"}, SplitRecord(`"a,b","c,d",e`))
	assert.Equal(t, []string{"xy,zw"}, SplitRecord(`x"y,z"w`))
	assert.Equal(t, []string{" a ", " b "}, SplitRecord(" a , b "))
	assert.Equal(t, []string{"ö", "ü"}, SplitRecord("ö,ü"))
	assert.Equal(t, []string{"a", "open,b"}, SplitRecord(`a,"open,b`))
}
