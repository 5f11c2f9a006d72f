package digitrounds

// DigitRounds multiplies the digits of a number, then the digits of the product, and so on,
// and returns how many rounds it takes until a single digit is left. The number is not negative.
//
//	DigitRounds(39) = 3
//	DigitRounds(7) = 0
func DigitRounds(number int) int {
	rounds := 0
	for number > 9 {
		product := 1
		for ; number > 0; number /= 10 {
			product *= number % 10
		}
		number = product
		rounds++
	}
	return rounds
}
