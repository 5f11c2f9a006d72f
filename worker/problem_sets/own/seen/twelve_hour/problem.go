package twelvehour

import "fmt"

// TwelveHour writes a time of day given as hour (0 to 23) and minute in the twelve-hour style:
// midnight is 12 am and noon is 12 pm, and the minute always has two digits.
//
//	TwelveHour(0, 5) = "12:05 am"
//	TwelveHour(15, 30) = "3:30 pm"
func TwelveHour(hour, minute int) string {
	half := "am"
	if hour >= 12 {
		half = "pm"
	}
	hour %= 12
	if hour == 0 {
		hour = 12
	}
	return fmt.Sprintf("%d:%02d %s", hour, minute, half)
}
