package cell

import (
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Usage is how a program ended and what it used.
type Usage struct {
	Status  syscall.WaitStatus
	CPU     time.Duration
	Wall    time.Duration
	Memory  int64   // peak resident bytes
	Refused Refused // what the sandbox did not let it do
	Stopped bool    // by us, at the end of its wall time or for its CPU time
}

// busyFactor is how many times its wall time a program may take that works all the while, on a machine so busy
// that its CPU time is slow in coming.
const busyFactor = 10

// Wait waits for the program's end. It kills the program once its CPU time is over, and once it has idled, in all,
// for its wall time: a program that is kept waiting by others does not idle.
func Wait(pid int, cpu, wall time.Duration) Usage {
	started := time.Now()
	ended := make(chan Usage, 1)
	go func() { ended <- reap(pid) }()
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	watch := idleWatch{since: started}
	stopped := false
	for {
		select {
		case usage := <-ended:
			usage.Wall, usage.Stopped = time.Since(started), stopped
			return usage
		case now := <-ticker.C:
			used := CPUTime(pid)
			watch.look(now, used)
			if !stopped && (used > cpu || watch.idle > wall || now.Sub(started) > busyFactor*wall) {
				stopped = true
				_ = syscall.Kill(pid, syscall.SIGKILL)
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

func reap(pid int) Usage {
	var usage Usage
	var resources syscall.Rusage
	for {
		_, err := syscall.Wait4(pid, &usage.Status, 0, &resources)
		if err != syscall.EINTR {
			break
		}
	}
	usage.CPU = time.Duration(resources.Utime.Nano() + resources.Stime.Nano())
	usage.Memory = resources.Maxrss * 1024
	return usage
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
