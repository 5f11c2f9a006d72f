package deltaencode

// DeltaEncode keeps the first value and replaces each later one by its difference from the value before it.
//
//	DeltaEncode([10, 12, 9]) = [10, 2, -3]
//	DeltaEncode([]) = []
func DeltaEncode(values []int) []int {
	deltas := make([]int, len(values))
	previous := 0
	for i, value := range values {
		deltas[i] = value - previous
		previous = value
	}
	return deltas
}
