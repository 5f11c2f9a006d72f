package tallymarks

import "strings"

// TallyMarks writes a count as tally marks: every five is "||||/", the rest one "|" each.
// Groups are separated by a space.
//
//	TallyMarks(7) = "||||/ ||"
//	TallyMarks(3) = "|||"
func TallyMarks(count int) string {
	var groups []string
	for ; count >= 5; count -= 5 {
		groups = append(groups, "||||/")
	}
	if count > 0 {
		groups = append(groups, strings.Repeat("|", count))
	}
	return strings.Join(groups, " ")
}
