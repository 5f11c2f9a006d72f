package compareversions

import (
	"cmp"
	"strconv"
	"strings"
)

// CompareVersions compares two version numbers such as "1.10.2", part by part and by value. Parts that are missing at
// the end count as 0. The answer is -1 if a is older than b, 1 if it is newer and 0 if both are the same.
//
// CompareVersions("1.9", "1.10") = -1
// CompareVersions("2.0.0", "2") = 0
func CompareVersions(a, b string) int {
	left, right := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(left), len(right)) {
		if order := cmp.Compare(partAt(left, i), partAt(right, i)); order != 0 {
			return order
		}
	}
	return 0
}

func partAt(parts []string, i int) int {
	if i >= len(parts) {
		return 0
	}
	part, _ := strconv.Atoi(parts[i])
	return part
}
