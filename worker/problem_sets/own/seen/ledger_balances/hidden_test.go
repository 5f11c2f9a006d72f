package ledgerbalances

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHiddenLedgerBalances(t *testing.T) {
	assert.Empty(t, LedgerBalances(nil))
	assert.Empty(t, LedgerBalances([]Entry{{"ann", 0}}))
	assert.Equal(t, map[string]int{"ann": 1}, LedgerBalances([]Entry{{"ann", 1}}))
	assert.Equal(t, map[string]int{"ann": -1}, LedgerBalances([]Entry{{"ann", -1}}))
	assert.Equal(t, map[string]int{"ann": 14}, LedgerBalances([]Entry{{"ann", 7}, {"ann", 7}}))
	assert.Equal(t, map[string]int{"a": 1, "b": 2, "c": 3}, LedgerBalances([]Entry{{"a", 1}, {"b", 2}, {"c", 3}}))
	assert.Equal(t, map[string]int{"a": 2}, LedgerBalances([]Entry{{"a", 1}, {"b", 0}, {"a", 1}}))
	assert.Equal(t, map[string]int{"b": -1}, LedgerBalances([]Entry{{"a", 5}, {"b", 5}, {"a", -5}, {"b", -6}}))
	assert.Equal(t, map[string]int{"": 2, "A": 1, "a": 1}, LedgerBalances([]Entry{{"", 2}, {"A", 1}, {"a", 1}}))
}
