package podiumnames

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenPodiumNames(t *testing.T) {
	assert.Empty(t, PodiumNames(nil))
	assert.Equal(t, []string{"a", "b"}, PodiumNames([]Player{{"b", 1}, {"a", 1}}))
	assert.Equal(t, []string{"b", "a"}, PodiumNames([]Player{{"a", 1}, {"b", 2}}))
	assert.Equal(t, []string{"a", "b", "c"}, PodiumNames([]Player{{"c", 0}, {"b", 0}, {"a", 0}}))
	assert.Equal(t, []string{"a", "b", "c"}, PodiumNames([]Player{{"d", 5}, {"c", 5}, {"b", 5}, {"a", 5}}))
	assert.Equal(t, []string{"e", "d", "c"}, PodiumNames([]Player{{"a", 1}, {"b", 2}, {"c", 3}, {"d", 4}, {"e", 5}}))
	assert.Equal(t, []string{"a", "b", "c"}, PodiumNames([]Player{{"a", -1}, {"b", -2}, {"c", -3}, {"d", -4}}))
	assert.Equal(t, []string{"a", "b", "c"}, PodiumNames([]Player{{"a", 0}, {"b", 0}, {"c", 0}}))
	assert.Equal(t, []string{"y", "w", "x"}, PodiumNames([]Player{{"x", 3}, {"y", 9}, {"w", 3}}))
	assert.Equal(t, []string{"m", "m"}, PodiumNames([]Player{{"m", 2}, {"m", 1}}))
}
