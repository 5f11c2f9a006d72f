package restocklist

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenRestockList(t *testing.T) {
	assert.Empty(t, RestockList(map[string]int{}, map[string]int{}))
	assert.Empty(t, RestockList(nil, nil))
	assert.Empty(t, RestockList(map[string]int{"tea": 4}, map[string]int{"tea": 4}))
	assert.Empty(t, RestockList(map[string]int{"tea": 5}, map[string]int{"tea": 4}))
	assert.Equal(t, []string{"tea"}, RestockList(map[string]int{"tea": 3}, map[string]int{"tea": 4}))
	assert.Empty(t, RestockList(map[string]int{"tea": 0}, map[string]int{}))
	assert.Equal(t, []string{"a", "b", "c", "d", "e"}, RestockList(map[string]int{"b": 1}, map[string]int{"d": 1, "c": 1, "b": 2, "a": 1, "e": 3}))
	assert.Equal(t, []string{"x"}, RestockList(map[string]int{"x": -1}, map[string]int{"x": 0, "y": 0}))
	assert.Equal(t, []string{"pen"}, RestockList(map[string]int{"pen": 10, "ink": 2}, map[string]int{"pen": 11, "ink": 2}))
	assert.Equal(t, []string{"jam", "oil"}, RestockList(nil, map[string]int{"oil": 1, "jam": 1}))
}
