package fewestcoins

// FewestCoins returns the smallest number of coins that make up amount exactly, or -1 if the coins cannot. coins holds
// the values there are, all positive; each may be used any number of times.
//
// FewestCoins([]int{1, 5, 12}, 15) = 3
// FewestCoins([]int{4, 6}, 9) = -1
func FewestCoins(coins []int, amount int) int {
	fewest := []int{0}
	for sum := 1; sum <= amount; sum++ {
		best := -1
		for _, coin := range coins {
			if coin > sum || fewest[sum-coin] == -1 {
				continue
			}
			if count := fewest[sum-coin] + 1; best == -1 || count < best {
				best = count
			}
		}
		fewest = append(fewest, best)
	}
	return fewest[amount]
}
