package shelfcheckdigit

// ShelfCheckDigit returns the digit that completes a shelf code: its digits are multiplied by 3, 1, 3, 1, ...
// in turn, starting with 3 on the left, and the check digit brings the sum up to the next multiple of 10.
//
//	ShelfCheckDigit("12") = 5
//	ShelfCheckDigit("55") = 0
func ShelfCheckDigit(code string) int {
	sum, weight := 0, 3
	for _, r := range code {
		sum += int(r-'0') * weight
		weight = 4 - weight
	}
	return (10 - sum%10) % 10
}
