package restocklist

import "sort"

// RestockList compares a shop's stock with the least amount wanted of each item and returns,
// in alphabetical order, the items of which there are too few. An item missing from stock counts as 0.
//
//	RestockList({"tea": 1, "salt": 9}, {"tea": 4, "salt": 2}) = ["tea"]
//	RestockList({}, {"rice": 1}) = ["rice"]
func RestockList(stock, minimum map[string]int) []string {
	var missing []string
	for item, least := range minimum {
		if stock[item] < least {
			missing = append(missing, item)
		}
	}
	sort.Strings(missing)
	return missing
}
