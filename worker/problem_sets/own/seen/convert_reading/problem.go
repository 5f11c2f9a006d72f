package convertreading

import "fmt"

// ConvertReading turns a Celsius reading such as "25C" into Fahrenheit ("77F") and the other way round.
// Degrees are whole numbers; what is not whole afterwards is cut towards zero.
//
//	ConvertReading("25C") = "77F"
//	ConvertReading("50F") = "10C"
func ConvertReading(reading string) string {
	var degrees int
	var unit string
	fmt.Sscanf(reading, "%d%s", &degrees, &unit)
	if unit == "C" {
		return fmt.Sprintf("%dF", degrees*9/5+32)
	}
	return fmt.Sprintf("%dC", (degrees-32)*5/9)
}
