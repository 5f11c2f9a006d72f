package refusedwithdrawals

// RefusedWithdrawals replays bookings on an account and counts the withdrawals that are refused.
// A negative amount is a withdrawal; it is refused, and not booked, if it would bring the balance below 0.
//
//	RefusedWithdrawals(10, [-4, -7, 5, -11]) = 1
//	RefusedWithdrawals(0, [-1, -1]) = 2
func RefusedWithdrawals(balance int, amounts []int) int {
	refused := 0
	for _, amount := range amounts {
		if balance+amount < 0 {
			refused++
			continue
		}
		balance += amount
	}
	return refused
}
