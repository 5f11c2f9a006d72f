package shortsize

import "strconv"

// ShortSize writes a number of bytes in the largest unit of "B", "KB", "MB" and "GB" of which there is at least one.
// A unit is 1024 of the one before, and fractions are cut off.
//
//	ShortSize(2050) = "2KB"
//	ShortSize(900) = "900B"
func ShortSize(bytes int) string {
	units := []string{"B", "KB", "MB", "GB"}
	unit := 0
	for bytes >= 1024 && unit < len(units)-1 {
		bytes /= 1024
		unit++
	}
	return strconv.Itoa(bytes) + units[unit]
}
