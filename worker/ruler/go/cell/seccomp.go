package cell

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// execFD is where a started program's own file stands for the instant of its execveat; closed by it. tellFD is where it
// sends its listener, closed as well. A program can open no file of such a number (RLIMIT_NOFILE).
const (
	execFD = 500
	tellFD = 502
)

// recordFD is the harness's way to the zone, of which there must be only one (harness/lock.go).
const recordFD = 3

// openAsync is O_ASYNC, which has signals sent to whoever F_SETOWN names.
const openAsync = 0x2000

const (
	allow  = unix.SECCOMP_RET_ALLOW
	refuse = unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)
	absent = unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS)
	notify = 0x7fc00000 // SECCOMP_RET_USER_NOTIF
)

// Offsets in struct seccomp_data; arguments are 64 bits wide, of which the low half stands first on every
// architecture that Tekhne is built for.
const (
	offsetCall = 0
	offsetArch = 4
	offsetArg0 = 16
	offsetArg1 = 24
	offsetArg2 = 32
)

func load(offset uint32) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offset}
}

func give(action uint32) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: action}
}

// unless skips the next n instructions where the loaded word is not k.
func unless(k uint32, n uint8) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: k, Jf: n}
}

// unlessAny skips the next n instructions where none of k's bits is set.
func unlessAny(k uint32, n uint8) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, K: k, Jf: n}
}

// rule is what becomes of one call: steps that return one way or the other.
func rule(call uintptr, steps ...unix.SockFilter) []unix.SockFilter {
	return append([]unix.SockFilter{unless(uint32(call), uint8(len(steps)))}, steps...)
}

// only is a rule that allows a call where an argument has one of the values, and does otherwise else.
func only(call uintptr, offset uint32, otherwise uint32, values ...uint32) []unix.SockFilter {
	steps := []unix.SockFilter{load(offset)}
	for _, value := range values {
		steps = append(steps, unless(value, 1), give(allow))
	}
	return rule(call, append(steps, give(otherwise))...)
}

// filter allows what a Go program needs to compute and to use files, and nothing else: no new processes, no signals to
// others, no mounts, no tracing; and of the network, where the zone has one of its own, TCP and UDP. With a listener,
// whoever started the program learns of the calls in told. self are the instructions whose K must become the program's
// own process id before the filter is loaded.
func filter(network, listens bool) (program []unix.SockFilter, self []int) {
	no := refuse
	if listens {
		no = notify
	}
	program = append(program, load(offsetArch), unless(architecture, 1), unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JA, K: 1},
		give(unix.SECCOMP_RET_KILL_PROCESS), load(offsetCall))
	add := func(steps []unix.SockFilter) { program = append(program, steps...) }
	add(rule(unix.SYS_CLONE3, give(absent)))
	// Threads, yes; processes, no.
	add(rule(unix.SYS_CLONE, load(offsetArg0), unlessAny(unix.CLONE_THREAD, 1), give(allow), give(no)))
	add(only(unix.SYS_EXECVEAT, offsetArg0, no, execFD))
	// No second way to the record: what is written there is believed.
	add(rule(unix.SYS_DUP, load(offsetArg0), unless(recordFD, 1), give(refuse), give(allow)))
	add(rule(unix.SYS_DUP3, load(offsetArg0), unless(recordFD, 1), give(refuse), give(allow)))
	add(fcntl())
	// The harness's own filter, which takes more away, for all threads.
	add(rule(unix.SYS_SECCOMP, load(offsetArg0), unless(unix.SECCOMP_SET_MODE_FILTER, 3),
		load(offsetArg1), unless(unix.SECCOMP_FILTER_FLAG_TSYNC, 1), give(allow), give(refuse)))
	add(only(unix.SYS_PRLIMIT64, offsetArg0, refuse, 0))
	for _, call := range []struct{ number, signal uint32 }{{unix.SYS_KILL, offsetArg1}, {unix.SYS_TGKILL, offsetArg2}} {
		// To itself, and not those that would look like an end from outside.
		steps := rule(uintptr(call.number), load(offsetArg0), unless(0, 6), load(call.signal),
			unless(uint32(unix.SIGKILL), 1), give(refuse), unless(uint32(unix.SIGSTOP), 1), give(refuse), give(allow), give(no))
		self = append(self, len(program)+2)
		add(steps)
	}
	calls := append(allowedCalls, oldCalls...)
	if network {
		add(only(unix.SYS_SOCKET, offsetArg0, no, unix.AF_INET, unix.AF_INET6))
		calls = append(calls, networkCalls...)
	} else {
		add(only(unix.SYS_SENDMSG, offsetArg0, refuse, tellFD))
	}
	for _, call := range calls {
		add(rule(call, give(allow)))
	}
	for call := range told {
		add(rule(call, give(no)))
	}
	return append(program, give(refuse)), self
}

// fcntl may look at a descriptor and change what is plainly its own: it may have no signals sent, and no second
// descriptor made of the record.
func fcntl() []unix.SockFilter {
	steps := []unix.SockFilter{load(offsetArg1)}
	for _, command := range []uint32{
		unix.F_GETFD, unix.F_SETFD, unix.F_GETFL, unix.F_GETLK, unix.F_SETLK, unix.F_SETLKW, unix.F_GETPIPE_SZ, unix.F_SETPIPE_SZ,
	} {
		steps = append(steps, unless(command, 1), give(allow))
	}
	steps = append(steps, unless(unix.F_SETFL, 4), load(offsetArg2), unlessAny(openAsync, 1), give(refuse), give(allow))
	for _, command := range []uint32{unix.F_DUPFD, unix.F_DUPFD_CLOEXEC} {
		steps = append(steps, unless(command, 4), load(offsetArg0), unless(recordFD, 1), give(refuse), give(allow))
	}
	return rule(unix.SYS_FCNTL, append(steps, give(refuse))...)
}

func filterProgram(filters []unix.SockFilter) *unix.SockFprog {
	return &unix.SockFprog{Len: uint16(len(filters)), Filter: (*unix.SockFilter)(unsafe.Pointer(&filters[0]))}
}

var networkCalls = []uintptr{
	unix.SYS_BIND, unix.SYS_LISTEN, unix.SYS_ACCEPT4, unix.SYS_CONNECT, unix.SYS_GETSOCKNAME, unix.SYS_GETPEERNAME,
	unix.SYS_SETSOCKOPT, unix.SYS_GETSOCKOPT, unix.SYS_SENDTO, unix.SYS_RECVFROM, unix.SYS_SENDMSG, unix.SYS_RECVMSG,
	unix.SYS_SHUTDOWN,
}

var allowedCalls = []uintptr{
	unix.SYS_READ, unix.SYS_WRITE, unix.SYS_READV, unix.SYS_WRITEV, unix.SYS_PREAD64, unix.SYS_PWRITE64,
	unix.SYS_OPENAT, unix.SYS_CLOSE, unix.SYS_FSTAT, unix.SYS_STATX, unix.SYS_LSEEK, unix.SYS_FTRUNCATE, unix.SYS_TRUNCATE,
	unix.SYS_FALLOCATE, unix.SYS_FSYNC, unix.SYS_FDATASYNC, unix.SYS_FLOCK, unix.SYS_PIPE2,
	unix.SYS_GETDENTS64, unix.SYS_READLINKAT, unix.SYS_UNLINKAT, unix.SYS_SYMLINKAT, unix.SYS_LINKAT,
	unix.SYS_MKDIRAT, unix.SYS_RENAMEAT, unix.SYS_RENAMEAT2, unix.SYS_FACCESSAT, unix.SYS_FACCESSAT2,
	unix.SYS_FCHMODAT, unix.SYS_FCHMODAT2, unix.SYS_FCHMOD, unix.SYS_FCHOWNAT, unix.SYS_FCHOWN, unix.SYS_UTIMENSAT, unix.SYS_GETCWD, unix.SYS_CHDIR, unix.SYS_FCHDIR,
	unix.SYS_UMASK, unix.SYS_COPY_FILE_RANGE, unix.SYS_MMAP, unix.SYS_MUNMAP, unix.SYS_MPROTECT, unix.SYS_MADVISE,
	unix.SYS_MREMAP, unix.SYS_MSYNC, unix.SYS_MINCORE, unix.SYS_BRK, unix.SYS_FUTEX, unix.SYS_NANOSLEEP,
	unix.SYS_CLOCK_NANOSLEEP, unix.SYS_CLOCK_GETTIME, unix.SYS_CLOCK_GETRES, unix.SYS_GETTIMEOFDAY,
	unix.SYS_EPOLL_CREATE1, unix.SYS_EPOLL_CTL, unix.SYS_EPOLL_PWAIT, unix.SYS_EVENTFD2, unix.SYS_PPOLL,
	unix.SYS_PSELECT6, unix.SYS_RT_SIGACTION, unix.SYS_RT_SIGPROCMASK, unix.SYS_RT_SIGRETURN,
	unix.SYS_SIGALTSTACK, unix.SYS_GETTID, unix.SYS_GETPID, unix.SYS_GETPPID, unix.SYS_GETUID,
	unix.SYS_GETEUID, unix.SYS_GETGID, unix.SYS_GETEGID, unix.SYS_GETGROUPS, unix.SYS_SCHED_YIELD, unix.SYS_SCHED_GETAFFINITY,
	unix.SYS_SET_TID_ADDRESS, unix.SYS_SET_ROBUST_LIST, unix.SYS_RSEQ, unix.SYS_TIMER_CREATE,
	unix.SYS_TIMER_SETTIME, unix.SYS_TIMER_DELETE, unix.SYS_GETRANDOM, unix.SYS_EXIT, unix.SYS_EXIT_GROUP,
	unix.SYS_UNAME, unix.SYS_SYSINFO, unix.SYS_GETRUSAGE, unix.SYS_RESTART_SYSCALL, unix.SYS_MEMBARRIER,
}
