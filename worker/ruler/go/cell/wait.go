package cell

import (
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Times is how long a program may work and idle.
//
// What works on much memory is as fast as the machine's memory, which others use as well: the same program needed 4 to 15
// CPU seconds here, and one that stays within the caches always the same. So the CPU limit grows with the memory used.
type Times struct {
	CPU, Wall time.Duration
	Growth    float64 // how many times CPU each GiB past the first cacheMemory adds
	Most      float64 // how many times CPU a program may use at most; 0 where its limit does not grow
}

// cacheMemory is how much memory adds nothing to the CPU limit.
const cacheMemory = 64 << 20

// limit is the CPU limit of a program that has used so much memory.
func (t Times) limit(memory int64) time.Duration {
	grown := 1 + t.Growth*float64(max(memory-cacheMemory, 0))/(1<<30)
	return time.Duration(float64(t.CPU) * max(1, min(grown, t.Most)))
}

// Longest is the limit that no program's exceeds.
func (t Times) Longest() time.Duration { return time.Duration(float64(t.CPU) * max(1, t.Most)) }

// Usage is how a program ended and what it used.
type Usage struct {
	Status   syscall.WaitStatus
	CPU      time.Duration
	CPULimit time.Duration // what it may have used, for the memory that it touched
	Wall     time.Duration
	Memory   int64   // peak resident bytes
	Refused  Refused // what the sandbox did not let it do
	Stopped  bool    // by us, at the end of its wall time or for its CPU time
}

// busyFactor is how many times its wall time a program may take that works all the while, on a machine so busy
// that its CPU time is slow in coming.
const busyFactor = 10

// Wait waits for the program's end. It kills the program once its CPU time is over, and once it has idled, in all,
// for its wall time: a program that is kept waiting by others does not idle.
func Wait(pid int, times Times) Usage {
	started := time.Now()
	paused, ended := make(chan int64, 1), make(chan Usage, 1)
	go func() { ended <- reap(pid, paused, times) }()
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	watch := idleWatch{since: started}
	limit, asking, stopped := times.limit(0), false, false
	kill := func() { stopped, _ = true, syscall.Kill(pid, syscall.SIGKILL) }
	for {
		select {
		case usage := <-ended:
			usage.Wall, usage.Stopped = time.Since(started), stopped
			return usage
		case memory := <-paused:
			if !asking {
				continue // it has paused itself, which is idling
			}
			asking, limit = false, times.limit(memory)
			if CPUTime(pid) > limit {
				kill()
			}
			_ = syscall.Kill(pid, syscall.SIGCONT)
		case now := <-ticker.C:
			used := CPUTime(pid)
			watch.look(now, used)
			switch {
			case stopped:
			case used > times.Longest() || watch.idle > times.Wall || now.Sub(started) > busyFactor*times.Wall:
				kill()
			case used > limit && !asking:
				asking = true // the kernel tells what a child has used only when it pauses or ends
				_ = syscall.Kill(pid, syscall.SIGSTOP)
			}
		}
	}
}

// idleWatch adds up the seconds in which a program got no work done to speak of.
type idleWatch struct {
	since time.Time
	used  time.Duration
	idle  time.Duration
}

func (w *idleWatch) look(now time.Time, used time.Duration) {
	const window, work = time.Second, 5 * time.Millisecond
	elapsed := now.Sub(w.since)
	if elapsed < window {
		return
	}
	if used-w.used < work {
		w.idle += elapsed
	}
	w.since, w.used = now, used
}

// reap waits for the program's end, and says at each pause how much memory it has touched.
func reap(pid int, paused chan<- int64, times Times) Usage {
	var usage Usage
	var resources syscall.Rusage
	for {
		_, err := syscall.Wait4(pid, &usage.Status, syscall.WUNTRACED, &resources)
		if err == nil && usage.Status.Stopped() {
			paused <- touched(resources)
			continue
		}
		if err != syscall.EINTR {
			break
		}
	}
	usage.CPU = time.Duration(resources.Utime.Nano() + resources.Stime.Nano())
	usage.Memory, usage.CPULimit = resources.Maxrss*1024, times.limit(touched(resources))
	return usage
}

// touched is the memory that a program has had, and had again where it gave some back.
func touched(resources syscall.Rusage) int64 {
	return max(resources.Maxrss*1024, resources.Minflt*int64(syscall.Getpagesize()))
}

// CPUTime is what a running process has used so far; 0 once it is gone.
func CPUTime(pid int) time.Duration {
	const processClock = 2
	clock := uint32(^uint32(pid)<<3 | processClock)
	var now unix.Timespec
	_, _, errno := syscall.RawSyscall(unix.SYS_CLOCK_GETTIME, uintptr(int32(clock)), uintptr(unsafe.Pointer(&now)), 0)
	if errno != 0 {
		return 0
	}
	return time.Duration(now.Nano())
}
