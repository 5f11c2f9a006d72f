package snakename

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenSnakeName(t *testing.T) {
	assert.Equal(t, "", SnakeName(""))
	assert.Equal(t, "a", SnakeName("a"))
	assert.Equal(t, "a", SnakeName("A"))
	assert.Equal(t, "a_b", SnakeName("aB"))
	assert.Equal(t, "a_b", SnakeName("AB"))
	assert.Equal(t, "abc", SnakeName("abc"))
	assert.Equal(t, "a_b_c", SnakeName("ABC"))
	assert.Equal(t, "get_h_t_t_p_code", SnakeName("getHTTPCode"))
	assert.Equal(t, "item2_price", SnakeName("item2Price"))
	assert.Equal(t, "große_äpfel", SnakeName("großeÄpfel"))
	assert.Equal(t, "über", SnakeName("Über"))
	assert.Equal(t, "already_snake", SnakeName("already_snake"))
}
