package luhncheck

import "strings"

// LuhnCheck tells whether a card number passes the Luhn test: from the right, every second digit is doubled,
// 9 is taken off what is then above 9, and the sum of all must be divisible by 10. Spaces are ignored.
//
//	LuhnCheck("79927398713") = true
//	LuhnCheck("79 92") = false
func LuhnCheck(number string) bool {
	digits := strings.ReplaceAll(number, " ", "")
	sum := 0
	for i := range digits {
		digit := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			digit *= 2
			if digit > 9 {
				digit -= 9
			}
		}
		sum += digit
	}
	return sum%10 == 0
}
