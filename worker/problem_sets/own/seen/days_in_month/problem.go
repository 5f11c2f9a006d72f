package daysinmonth

// DaysInMonth returns how many days a month (1 to 12) has. A year divisible by 4 is a leap year,
// except for those divisible by 100 but not by 400.
//
//	DaysInMonth(2024, 2) = 29
//	DaysInMonth(2023, 4) = 30
func DaysInMonth(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && year%100 != 0 || year%400 == 0 {
			return 29
		}
		return 28
	}
	return 31
}
