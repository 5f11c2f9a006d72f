package ledgerbalances

// Entry books an amount on an account; withdrawals are negative.
type Entry struct {
	Account string
	Amount  int
}

// LedgerBalances sums the entries of every account and leaves out accounts whose balance is 0.
//
//	LedgerBalances([{"ann" 5} {"bob" 2} {"ann" -1}]) = {"ann": 4, "bob": 2}
//	LedgerBalances([{"eve" 3} {"eve" -3}]) = {}
func LedgerBalances(entries []Entry) map[string]int {
	balances := map[string]int{}
	for _, entry := range entries {
		balances[entry.Account] += entry.Amount
	}
	for account, balance := range balances {
		if balance == 0 {
			delete(balances, account)
		}
	}
	return balances
}
