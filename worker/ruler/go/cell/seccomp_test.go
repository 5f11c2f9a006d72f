package cell

import (
	"encoding/binary"
	"testing"

	"golang.org/x/sys/unix"
)

const self = 1234 // the program's process id

// decide runs a filter as the kernel does, on one call with its arguments.
func decide(t *testing.T, program []unix.SockFilter, call uintptr, arguments ...uint64) uint32 {
	t.Helper()
	var data [64]byte // struct seccomp_data
	binary.LittleEndian.PutUint32(data[offsetCall:], uint32(call))
	binary.LittleEndian.PutUint32(data[offsetArch:], architecture)
	for i, argument := range arguments {
		binary.LittleEndian.PutUint64(data[offsetArg0+8*i:], argument)
	}
	var word uint32
	for at := 0; at < len(program); at++ {
		switch step := program[at]; step.Code {
		case unix.BPF_LD | unix.BPF_W | unix.BPF_ABS:
			word = binary.LittleEndian.Uint32(data[step.K:])
		case unix.BPF_RET | unix.BPF_K:
			return step.K
		case unix.BPF_JMP | unix.BPF_JA:
			at += int(step.K)
		case unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K:
			at += jump(word == step.K, step)
		case unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K:
			at += jump(word&step.K != 0, step)
		default:
			t.Fatalf("instruction %d is unknown: %v", at, step)
		}
	}
	t.Fatal("the filter has no end")
	return 0
}

func jump(yes bool, step unix.SockFilter) int {
	if yes {
		return int(step.Jt)
	}
	return int(step.Jf)
}

func loaded(network, listens bool) []unix.SockFilter {
	program, places := filter(network, listens)
	for _, at := range places {
		program[at].K = self
	}
	return program
}

func TestWhatTheFilterDecides(t *testing.T) {
	for _, c := range []struct {
		what      string
		want      uint32
		call      uintptr
		arguments []uint64
	}{
		{"a thread", allow, unix.SYS_CLONE, []uint64{unix.CLONE_THREAD | unix.CLONE_VM}},
		{"a process", notify, unix.SYS_CLONE, []uint64{uint64(unix.SIGCHLD)}},
		{"clone3", absent, unix.SYS_CLONE3, nil},
		{"its own start", allow, unix.SYS_EXECVEAT, []uint64{execFD}},
		{"another program", notify, unix.SYS_EXECVEAT, []uint64{5}},
		{"execve", notify, unix.SYS_EXECVE, nil},
		{"a signal to itself", allow, unix.SYS_KILL, []uint64{self, uint64(unix.SIGINT)}},
		{"an end that looks as if it came from outside", refuse, unix.SYS_KILL, []uint64{self, uint64(unix.SIGKILL)}},
		{"a stop", refuse, unix.SYS_TGKILL, []uint64{self, self, uint64(unix.SIGSTOP)}},
		{"a signal to the zone", notify, unix.SYS_KILL, []uint64{1, uint64(unix.SIGTERM)}},
		{"a signal to all", notify, unix.SYS_KILL, []uint64{^uint64(0), uint64(unix.SIGTERM)}},
		{"a signal to another's thread", notify, unix.SYS_TGKILL, []uint64{self + 1, self + 1, uint64(unix.SIGURG)}},
		{"a signal to its own thread", allow, unix.SYS_TGKILL, []uint64{self, self + 1, uint64(unix.SIGURG)}},
		{"signals by way of a descriptor's owner", refuse, unix.SYS_FCNTL, []uint64{5, unix.F_SETOWN, 1}},
		{"the same, for a thread", refuse, unix.SYS_FCNTL, []uint64{5, unix.F_SETOWN_EX, 0}},
		{"the signal of a descriptor", refuse, unix.SYS_FCNTL, []uint64{5, unix.F_SETSIG, 9}},
		{"signals when a descriptor is ready", refuse, unix.SYS_FCNTL, []uint64{5, unix.F_SETFL, openAsync | unix.O_NONBLOCK}},
		{"non-blocking reads", allow, unix.SYS_FCNTL, []uint64{5, unix.F_SETFL, unix.O_NONBLOCK}},
		{"a lease", refuse, unix.SYS_FCNTL, []uint64{5, unix.F_SETLEASE, 0}},
		{"a second descriptor", allow, unix.SYS_FCNTL, []uint64{5, unix.F_DUPFD_CLOEXEC, 0}},
		{"a second descriptor of the record", refuse, unix.SYS_FCNTL, []uint64{recordFD, unix.F_DUPFD_CLOEXEC, 0}},
		{"dup of the record", refuse, unix.SYS_DUP, []uint64{recordFD}},
		{"dup3 of the record", refuse, unix.SYS_DUP3, []uint64{recordFD, 9, 0}},
		{"dup of another", allow, unix.SYS_DUP, []uint64{1}},
		{"its own limits", allow, unix.SYS_PRLIMIT64, []uint64{0, unix.RLIMIT_NOFILE}},
		{"another's limits", refuse, unix.SYS_PRLIMIT64, []uint64{1, unix.RLIMIT_CPU}},
		{"the harness's filter", allow, unix.SYS_SECCOMP, []uint64{unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC}},
		{"a listener of its own", refuse, unix.SYS_SECCOMP, []uint64{unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_NEW_LISTENER}},
		{"TCP", allow, unix.SYS_SOCKET, []uint64{unix.AF_INET}},
		{"sockets that carry descriptors", notify, unix.SYS_SOCKET, []uint64{unix.AF_UNIX}},
		{"the kernel's own sockets", notify, unix.SYS_SOCKET, []uint64{unix.AF_NETLINK}},
		{"packets", notify, unix.SYS_SOCKET, []uint64{unix.AF_PACKET}},
		{"ptrace", notify, unix.SYS_PTRACE, nil},
		{"names of memory", refuse, unix.SYS_PRCTL, nil},
		{"another's memory", refuse, unix.SYS_PROCESS_VM_READV, nil},
		{"io_uring", refuse, unix.SYS_IO_URING_SETUP, nil},
		{"bpf", refuse, unix.SYS_BPF, nil},
		{"keys", refuse, unix.SYS_ADD_KEY, nil},
		{"a file", allow, unix.SYS_OPENAT, nil},
	} {
		if got := decide(t, loaded(true, true), c.call, c.arguments...); got != c.want {
			t.Errorf("%s: %#x, want %#x", c.what, got, c.want)
		}
	}
}

func TestWithoutANetworkOfTheZonesOwnThereAreNoSockets(t *testing.T) {
	program := loaded(false, true)
	if got := decide(t, program, unix.SYS_SOCKET, unix.AF_INET); got != notify {
		t.Errorf("a socket: %#x", got)
	}
	if got := decide(t, program, unix.SYS_SENDMSG, 5); got != refuse {
		t.Errorf("a message: %#x", got)
	}
	if got := decide(t, program, unix.SYS_SENDMSG, tellFD); got != allow {
		t.Errorf("the message with the listener: %#x", got)
	}
}

func TestNobodyIsAskedWhereNobodyListens(t *testing.T) {
	if got := decide(t, loaded(false, false), unix.SYS_EXECVE); got != refuse {
		t.Errorf("execve: %#x", got)
	}
}

func TestAnotherArchitecturesCallsKill(t *testing.T) {
	program := loaded(true, true)
	program[1].K++ // as if the call were another's
	if got := decide(t, program, unix.SYS_READ); got != unix.SECCOMP_RET_KILL_PROCESS {
		t.Errorf("%#x", got)
	}
}
