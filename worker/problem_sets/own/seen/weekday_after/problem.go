package weekdayafter

import "slices"

// WeekdayAfter names the day of the week (Mon, Tue, Wed, Thu, Fri, Sat or Sun) that comes
// a number of days after the given one, or before it if the number is negative.
//
//	WeekdayAfter("Sat", 3) = "Tue"
//	WeekdayAfter("Mon", -1) = "Sun"
func WeekdayAfter(day string, days int) string {
	week := []string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}
	index := (slices.Index(week, day) + days) % 7
	if index < 0 {
		index += 7
	}
	return week[index]
}
