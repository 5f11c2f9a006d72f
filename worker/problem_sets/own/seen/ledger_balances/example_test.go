package ledgerbalances

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestExampleLedgerBalances(t *testing.T) {
	assert.Equal(t, map[string]int{"ann": 4, "bob": 2}, LedgerBalances([]Entry{{"ann", 5}, {"bob", 2}, {"ann", -1}}))
	assert.Empty(t, LedgerBalances([]Entry{{"eve", 3}, {"eve", -3}}))
}
