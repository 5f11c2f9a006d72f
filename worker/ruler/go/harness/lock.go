package harness

import (
	"syscall"
	"unsafe"
)

// emit writes to the socket. It is written in assembly, so that there is one place from which that can be done.
//
//go:noescape
func emit(text *byte, size uintptr)

// emitEntry is where emit's machine code begins.
func emitEntry() uintptr

// Offsets in struct seccomp_data, and what a filter is loaded with.
const (
	offsetCall    = 0
	offsetPointer = 8
	offsetArg0    = 16
	setModeFilter = 1
	allThreads    = 1
	allow         = 0x7fff0000
	refuse        = 0x00050000 | uint32(syscall.EPERM)
)

// lock refuses every write to the socket but the one in emit: the kernel sees the address that a system call comes
// from. A candidate without `unsafe` has no way to that instruction but through record, which it cannot name.
func lock() bool {
	after := afterSystemCall(emitEntry())
	if after == 0 {
		return false
	}
	load := func(offset uint32) syscall.SockFilter {
		return syscall.SockFilter{Code: syscall.BPF_LD | syscall.BPF_W | syscall.BPF_ABS, K: offset}
	}
	give := func(action uint32) syscall.SockFilter {
		return syscall.SockFilter{Code: syscall.BPF_RET | syscall.BPF_K, K: action}
	}
	equal := func(k uint32, yes, no uint8) syscall.SockFilter {
		return syscall.SockFilter{Code: syscall.BPF_JMP | syscall.BPF_JEQ | syscall.BPF_K, K: k, Jt: yes, Jf: no}
	}
	filter := []syscall.SockFilter{load(offsetCall)}
	for i, call := range writingCalls {
		filter = append(filter, equal(uint32(call), uint8(len(writingCalls)-i), 0))
	}
	filter = append(filter,
		give(allow),
		load(offsetArg0), equal(socket, 0, 4), // another descriptor: allowed
		load(offsetPointer), equal(uint32(after), 0, 3),
		load(offsetPointer+4), equal(uint32(uint64(after)>>32), 0, 1),
		give(allow),
		give(refuse),
	)
	program := syscall.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	failed, _, errno := syscall.RawSyscall(seccompCall, setModeFilter, allThreads, uintptr(unsafe.Pointer(&program)))
	return errno == 0 && failed == 0
}

// writingCalls are all calls of the sandbox's allowlist that can write to a socket.
var writingCalls = []uintptr{syscall.SYS_WRITE, syscall.SYS_WRITEV, syscall.SYS_PWRITE64, syscall.SYS_SENDTO, syscall.SYS_SENDMSG, sendmmsgCall}
