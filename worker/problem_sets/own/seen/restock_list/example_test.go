package restocklist

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleRestockList(t *testing.T) {
	assert.Equal(t, []string{"tea"}, RestockList(map[string]int{"tea": 1, "salt": 9}, map[string]int{"tea": 4, "salt": 2}))
	assert.Equal(t, []string{"rice"}, RestockList(map[string]int{}, map[string]int{"rice": 1}))
}
