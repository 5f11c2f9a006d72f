package recaman

// Recaman returns the first n terms of Recamán's sequence. It begins with 0. Step i, counted from 1, goes back from
// the last term by i if that leads to a positive number that is not yet in the sequence, and otherwise forward by i.
//
// Recaman(5) = [0 1 3 6 2]
// Recaman(0) = []
func Recaman(n int) []int {
	terms := make([]int, n)
	seen := map[int]bool{}
	for i := 1; i < n; i++ {
		terms[i] = terms[i-1] - i
		if terms[i] <= 0 || seen[terms[i]] {
			terms[i] = terms[i-1] + i
		}
		seen[terms[i]] = true
	}
	return terms
}
