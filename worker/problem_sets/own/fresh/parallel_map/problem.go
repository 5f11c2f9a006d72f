package parallelmap

import "sync"

// ParallelMap applies f to every item and returns the results in the order of the items. The calls of f run in
// goroutines: workers of them (at least 1) share the items, so that up to that many calls run at the same time and
// never more.
//
// ParallelMap([]int{1, 2, 3}, 2, func(n int) int { return n * n }) = [1 4 9]
// ParallelMap([]int{5}, 4, func(n int) int { return -n }) = [-5]
func ParallelMap(items []int, workers int, f func(int) int) []int {
	results := make([]int, len(items))
	indices := make(chan int)
	var group sync.WaitGroup
	for range workers {
		group.Add(1)
		go func() {
			defer group.Done()
			for i := range indices {
				results[i] = f(items[i])
			}
		}()
	}
	for i := range items {
		indices <- i
	}
	close(indices)
	group.Wait()
	return results
}
