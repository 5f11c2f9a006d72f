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
	Memory  int64 // peak resident bytes
	Stopped bool  // by us, at the end of its wall time or for its CPU time
}

// Wait waits for the program's end, and kills it when its wall or CPU time is over.
func Wait(pid int, cpu, wall time.Duration) Usage {
	started := time.Now()
	ended := make(chan Usage, 1)
	go func() { ended <- reap(pid) }()
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	stopped := false
	for {
		select {
		case usage := <-ended:
			usage.Wall, usage.Stopped = time.Since(started), stopped
			return usage
		case <-ticker.C:
			if !stopped && (time.Since(started) > wall || CPUTime(pid) > cpu) {
				stopped = true
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		}
	}
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
