package runpipeline

// RunPipeline sends every input through all the stages, one after another, and returns what comes out, in the order
// of the inputs. Each stage runs in its own goroutine and passes its results on through a channel, so that one stage
// can work on an input while the next one is busy with an earlier one.
//
// RunPipeline([]int{1, 2}, func(n int) int { return n + 1 }, func(n int) int { return n * 10 }) = [20 30]
// RunPipeline([]int{4, 7}) = [4 7]
func RunPipeline(inputs []int, stages ...func(int) int) []int {
	flow := emit(inputs)
	for _, stage := range stages {
		flow = connect(flow, stage)
	}
	outputs := []int{}
	for value := range flow {
		outputs = append(outputs, value)
	}
	return outputs
}

func emit(inputs []int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for _, value := range inputs {
			out <- value
		}
	}()
	return out
}

func connect(in <-chan int, stage func(int) int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for value := range in {
			out <- stage(value)
		}
	}()
	return out
}
