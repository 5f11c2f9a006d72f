package columntotal

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleColumnTotal(t *testing.T) {
	assert.Equal(t, 7, ColumnTotal([]string{"item,price", "tea,3", "jam,4"}, "price"))
	assert.Equal(t, 0, ColumnTotal([]string{"item,price", "tea,free"}, "price"))
}
