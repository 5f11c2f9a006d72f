package columntotal

import (
	"strconv"
	"strings"
)

// ColumnTotal adds up the whole numbers in one column of a table. The first line names the columns,
// fields are separated by commas, and a field that is not a number counts as 0.
// If no column has that name the total is 0.
//
//	ColumnTotal(["item,price", "tea,3", "jam,4"], "price") = 7
//	ColumnTotal(["item,price", "tea,free"], "price") = 0
func ColumnTotal(lines []string, column string) int {
	total := 0
	for i, name := range strings.Split(lines[0], ",") {
		if name != column {
			continue
		}
		for _, line := range lines[1:] {
			number, _ := strconv.Atoi(strings.Split(line, ",")[i])
			total += number
		}
	}
	return total
}
