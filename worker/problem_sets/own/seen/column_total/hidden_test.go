package columntotal

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenColumnTotal(t *testing.T) {
	assert.Equal(t, 0, ColumnTotal([]string{"a"}, "a"))
	assert.Equal(t, 5, ColumnTotal([]string{"a", "5"}, "a"))
	assert.Equal(t, 0, ColumnTotal([]string{"a", "5"}, "b"))
	assert.Equal(t, 11, ColumnTotal([]string{"a,b,c", "1,2,3", "10,20,30"}, "a"))
	assert.Equal(t, 22, ColumnTotal([]string{"a,b,c", "1,2,3", "10,20,30"}, "b"))
	assert.Equal(t, 33, ColumnTotal([]string{"a,b,c", "1,2,3", "10,20,30"}, "c"))
	assert.Equal(t, 0, ColumnTotal([]string{"a,b", "-4,1", "4,1"}, "a"))
	assert.Equal(t, -1, ColumnTotal([]string{"a,b", "-4,1", "3,1", "x,1", ",1"}, "a"))
	assert.Equal(t, 4, ColumnTotal([]string{"1,2", "3,4"}, "2"))
	assert.Equal(t, 600, ColumnTotal([]string{"n", "100", "200", "300"}, "n"))
	assert.Equal(t, 0, ColumnTotal([]string{"a,b", "1,2.5"}, "b"))
}
