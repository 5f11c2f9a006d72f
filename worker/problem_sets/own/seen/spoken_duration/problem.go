package spokenduration

import (
	"fmt"
	"strings"
)

// SpokenDuration writes seconds as hours, minutes and seconds, leaving out the parts that are 0.
// No time at all is "0s".
//
//	SpokenDuration(3725) = "1h 2m 5s"
//	SpokenDuration(7200) = "2h"
func SpokenDuration(seconds int) string {
	amounts := []int{seconds / 3600, seconds / 60 % 60, seconds % 60}
	var parts []string
	for i, unit := range []string{"h", "m", "s"} {
		if amounts[i] > 0 {
			parts = append(parts, fmt.Sprint(amounts[i])+unit)
		}
	}
	if parts == nil {
		return "0s"
	}
	return strings.Join(parts, " ")
}
