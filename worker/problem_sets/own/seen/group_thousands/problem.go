package groupthousands

import "fmt"

// GroupThousands writes a whole number with an apostrophe between groups of three digits.
//
//	GroupThousands(1234567) = "1'234'567"
//	GroupThousands(-1000) = "-1'000"
func GroupThousands(number int) string {
	if number < 0 {
		return "-" + GroupThousands(-number)
	}
	if number < 1000 {
		return fmt.Sprint(number)
	}
	return fmt.Sprintf("%s'%03d", GroupThousands(number/1000), number%1000)
}
