package paralleltotal

import "sync"

// ParallelTotal adds up all numbers of all chunks, summing each chunk in a goroutine of its own.
//
//	ParallelTotal([[1 2] [3] [4 5]]) = 15
//	ParallelTotal([]) = 0
func ParallelTotal(chunks [][]int) int {
	var group sync.WaitGroup
	var lock sync.Mutex
	total := 0
	for _, chunk := range chunks {
		group.Go(func() {
			for _, number := range chunk {
				lock.Lock()
				total += number
				lock.Unlock()
			}
		})
	}
	group.Wait()
	return total
}
