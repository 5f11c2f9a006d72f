package cell

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// execFD is where a started program's own file stands for the instant of its execveat; closed by it.
const execFD = 100

const (
	allow  = unix.SECCOMP_RET_ALLOW
	refuse = unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)
	absent = unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS)
)

// Offsets in struct seccomp_data; arguments are 64 bits wide, of which the low half stands first on every
// architecture that Tekhne is built for.
const (
	offsetCall = 0
	offsetArch = 4
	offsetArg0 = 16
	offsetArg1 = 24
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

// filter allows what a Go program needs to compute and to use files, and nothing else: no sockets, no new
// processes, no signals to others, no mounts, no tracing. selfAt is the instruction whose K must become the
// program's own process id before the filter is loaded.
func filter() (program []unix.SockFilter, selfAt int) {
	program = append(program, load(offsetArch), unless(architecture, 1), unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JA, K: 1},
		give(unix.SECCOMP_RET_KILL_PROCESS), load(offsetCall))
	program = append(program,
		unless(unix.SYS_CLONE3, 1), give(absent),
		// Threads, yes; processes, no.
		unless(unix.SYS_CLONE, 4), load(offsetArg0),
		unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, K: unix.CLONE_THREAD, Jf: 1},
		give(allow), give(refuse),
		unless(unix.SYS_EXECVEAT, 4), load(offsetArg0), unless(execFD, 1), give(allow), give(refuse),
		// No second way to the record: it could be kept while a pipe takes the first one's place and reads the secret.
		unless(unix.SYS_FCNTL, 6), load(offsetArg1), unless(unix.F_DUPFD, 1), give(refuse),
		unless(unix.F_DUPFD_CLOEXEC, 1), give(refuse), give(allow),
		// The harness's own filter, which takes more away, for all threads.
		unless(unix.SYS_SECCOMP, 6), load(offsetArg0), unless(unix.SECCOMP_SET_MODE_FILTER, 3),
		load(offsetArg1), unless(unix.SECCOMP_FILTER_FLAG_TSYNC, 1), give(allow), give(refuse),
		unless(unix.SYS_TGKILL, 4), load(offsetArg0), unless(0, 1), give(allow), give(refuse),
	)
	selfAt = len(program) - 3
	for _, call := range append(allowedCalls, oldCalls...) {
		program = append(program, unless(uint32(call), 1), give(allow))
	}
	return append(program, give(refuse)), selfAt
}

func filterProgram(filters []unix.SockFilter) *unix.SockFprog {
	return &unix.SockFprog{Len: uint16(len(filters)), Filter: (*unix.SockFilter)(unsafe.Pointer(&filters[0]))}
}

var allowedCalls = []uintptr{
	unix.SYS_READ, unix.SYS_WRITE, unix.SYS_READV, unix.SYS_WRITEV, unix.SYS_PREAD64, unix.SYS_PWRITE64,
	unix.SYS_OPENAT, unix.SYS_CLOSE, unix.SYS_FSTAT, unix.SYS_STATX, unix.SYS_LSEEK, unix.SYS_FTRUNCATE,
	unix.SYS_FALLOCATE, unix.SYS_FSYNC, unix.SYS_FDATASYNC, unix.SYS_FLOCK, unix.SYS_PIPE2,
	unix.SYS_GETDENTS64, unix.SYS_READLINKAT, unix.SYS_UNLINKAT,
	unix.SYS_MKDIRAT, unix.SYS_RENAMEAT, unix.SYS_RENAMEAT2, unix.SYS_FACCESSAT, unix.SYS_FACCESSAT2,
	unix.SYS_FCHMODAT, unix.SYS_FCHMOD, unix.SYS_UTIMENSAT, unix.SYS_GETCWD, unix.SYS_CHDIR,
	unix.SYS_COPY_FILE_RANGE, unix.SYS_MMAP, unix.SYS_MUNMAP, unix.SYS_MPROTECT, unix.SYS_MADVISE,
	unix.SYS_MREMAP, unix.SYS_MSYNC, unix.SYS_MINCORE, unix.SYS_BRK, unix.SYS_FUTEX, unix.SYS_NANOSLEEP,
	unix.SYS_CLOCK_NANOSLEEP, unix.SYS_CLOCK_GETTIME, unix.SYS_CLOCK_GETRES, unix.SYS_GETTIMEOFDAY,
	unix.SYS_EPOLL_CREATE1, unix.SYS_EPOLL_CTL, unix.SYS_EPOLL_PWAIT, unix.SYS_EVENTFD2, unix.SYS_PPOLL,
	unix.SYS_PSELECT6, unix.SYS_RT_SIGACTION, unix.SYS_RT_SIGPROCMASK, unix.SYS_RT_SIGRETURN,
	unix.SYS_SIGALTSTACK, unix.SYS_GETTID, unix.SYS_GETPID, unix.SYS_GETPPID, unix.SYS_GETUID,
	unix.SYS_GETEUID, unix.SYS_GETGID, unix.SYS_GETEGID, unix.SYS_SCHED_YIELD, unix.SYS_SCHED_GETAFFINITY,
	unix.SYS_SET_TID_ADDRESS, unix.SYS_SET_ROBUST_LIST, unix.SYS_RSEQ, unix.SYS_TIMER_CREATE,
	unix.SYS_TIMER_SETTIME, unix.SYS_TIMER_DELETE, unix.SYS_GETRANDOM, unix.SYS_EXIT, unix.SYS_EXIT_GROUP,
	unix.SYS_UNAME, unix.SYS_SYSINFO, unix.SYS_GETRUSAGE, unix.SYS_RESTART_SYSCALL, unix.SYS_PRLIMIT64,
	unix.SYS_MEMBARRIER,
}
