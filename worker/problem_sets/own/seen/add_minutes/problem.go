package addminutes

import "fmt"

// AddMinutes moves a 24-hour clock time "HH:MM" by a number of minutes, which may be negative,
// and wraps around midnight.
//
//	AddMinutes("09:50", 15) = "10:05"
//	AddMinutes("00:10", -20) = "23:50"
func AddMinutes(clock string, minutes int) string {
	var hour, minute int
	fmt.Sscanf(clock, "%d:%d", &hour, &minute)
	total := (hour*60 + minute + minutes) % 1440
	if total < 0 {
		total += 1440
	}
	return fmt.Sprintf("%02d:%02d", total/60, total%60)
}
