package bucketcounts

// BucketCounts sorts ages into buckets that are width years wide and start at 0, width, 2*width, and so on.
// It maps the start of every bucket that is not empty to the number of ages in it. No age is negative.
//
//	BucketCounts([3, 17, 12, 25], 10) = {0: 1, 10: 2, 20: 1}
//	BucketCounts([5, 5], 5) = {5: 2}
func BucketCounts(ages []int, width int) map[int]int {
	counts := map[int]int{}
	for _, age := range ages {
		counts[age-age%width]++
	}
	return counts
}
