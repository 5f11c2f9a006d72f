// Package cell starts programs inside the sandbox: limited, without rights, in a root of their own.
//
// The zone (zone.go) is what all programs of one core share: namespaces without a network or the host's files. A
// cell is one program in it. The zone trusts itself and nothing that it starts.
package cell

import (
	"fmt"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Command is one program to start. File descriptors are the caller's; they stay open there.
type Command struct {
	Program int // an open executable
	Args    []string
	Env     []string
	Root    string  // what the program sees as /
	Dir     string  // where it starts, as seen in Root
	Files   [4]int  // what it gets as 0 to 3; -1 leaves one closed
	Limits  []Limit // of resources
	Owner   int     // user and group id to become; -1 stays
	Trusted bool    // it is ours, and keeps the rights that it needs to start others
	Network bool    // it may use TCP and UDP, in a zone that has a network of its own
	Listens bool    // what it is refused is to be told
	Spread  bool    // it sees all cores, and not the zone's alone
}

// Limit is one resource limit, soft and hard alike.
type Limit struct {
	Resource int
	Value    uint64
}

//go:linkname beforeFork syscall.runtime_BeforeFork
func beforeFork()

//go:linkname afterFork syscall.runtime_AfterFork
func afterFork()

//go:linkname afterForkInChild syscall.runtime_AfterForkInChild
func afterForkInChild()

// prepared is a command in the form that the child needs, which can allocate nothing.
type prepared struct {
	program    int
	args, env  []*byte
	root, dir  *byte
	files      [4]int
	limits     []Limit
	owner      int
	empty      *byte
	filters    []unix.SockFilter
	selfAt     []int
	tell       int // where the listener goes; -1 where nobody asked
	message    *unix.Msghdr
	rights     *int32 // in the message: the listener
	spread     bool
	cores      [16]uint64
	filterProg *unix.SockFprog
	capHeader  unix.CapUserHeader
	capData    [2]unix.CapUserData
	confined   bool
	trusted    bool
}

// Start starts the command and returns its process id.
func Start(c Command, confined bool) (int, error) {
	p, err := prepare(c, confined)
	if err != nil {
		return 0, err
	}
	return p.start()
}

// startListening starts a command of which is to be known what it is refused.
func startListening(c Command, confined bool) (int, *listener, error) {
	p, err := prepare(c, confined)
	if err != nil {
		return 0, nil, err
	}
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, nil, err
	}
	defer unix.Close(pair[0])
	p.sendListener(pair[1])
	pid, err := p.start()
	unix.Close(pair[1])
	if err != nil {
		return 0, nil, err
	}
	return pid, listen(pair[0]), nil
}

// sendListener prepares the message that the child sends its listener in.
func (p *prepared) sendListener(socket int) {
	one := [1]byte{1}
	control := unix.UnixRights(0)
	p.tell, p.rights = socket, (*int32)(unsafe.Pointer(&control[unix.CmsgLen(0)]))
	part := &unix.Iovec{Base: &one[0], Len: 1}
	p.message = &unix.Msghdr{Iov: part, Iovlen: 1, Control: &control[0]}
	p.message.SetControllen(len(control))
}

func (p *prepared) start() (int, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	syscall.ForkLock.Lock()
	pid, errno := fork(p)
	syscall.ForkLock.Unlock()
	if errno != 0 {
		return 0, fmt.Errorf("fork: %w", errno)
	}
	return pid, nil
}

func prepare(c Command, confined bool) (*prepared, error) {
	p := &prepared{
		program: c.Program, files: c.Files, limits: c.Limits, owner: c.Owner, confined: confined, trusted: c.Trusted,
		tell: -1, spread: c.Spread,
	}
	var err error
	if p.args, err = syscall.SlicePtrFromStrings(c.Args); err != nil {
		return nil, err
	}
	if p.env, err = syscall.SlicePtrFromStrings(c.Env); err != nil {
		return nil, err
	}
	if p.root, err = syscall.BytePtrFromString(c.Root); err != nil {
		return nil, err
	}
	if p.dir, err = syscall.BytePtrFromString(c.Dir); err != nil {
		return nil, err
	}
	p.empty, _ = syscall.BytePtrFromString("")
	for i := range p.cores {
		p.cores[i] = ^uint64(0) // those that there are not do not count
	}
	p.filters, p.selfAt = filter(c.Network && confined, c.Listens)
	p.filterProg = filterProgram(p.filters)
	p.capHeader.Version = unix.LINUX_CAPABILITY_VERSION_3
	return p, nil
}

// fork copies the process; the copy becomes the program or exits with 125.
//
//go:norace
//go:noinline
func fork(p *prepared) (int, syscall.Errno) {
	beforeFork()
	pid, _, errno := syscall.RawSyscall6(syscall.SYS_CLONE, uintptr(syscall.SIGCHLD), 0, 0, 0, 0, 0)
	if errno != 0 || pid != 0 {
		afterFork()
		return int(pid), errno
	}
	afterForkInChild()
	become(p)
	for {
		syscall.RawSyscall(syscall.SYS_EXIT_GROUP, 125, 0, 0)
	}
}

// become runs in the child: raw system calls only, no allocation, no growing stack. It returns only on failure.
//
//go:norace
//go:nosplit
func become(p *prepared) {
	if !placeFiles(p) || !p.trusted && !(restrict(p) && allowLittle(p)) {
		return
	}
	syscall.RawSyscall6(unix.SYS_EXECVEAT, execFD, uintptr(unsafe.Pointer(p.empty)),
		uintptr(unsafe.Pointer(&p.args[0])), uintptr(unsafe.Pointer(&p.env[0])), unix.AT_EMPTY_PATH, 0)
}

//go:norace
//go:nosplit
func allowLittle(p *prepared) bool {
	pid, _, _ := syscall.RawSyscall(syscall.SYS_GETPID, 0, 0, 0)
	for i := range p.selfAt {
		p.filters[p.selfAt[i]].K = uint32(pid)
	}
	flags := uintptr(0)
	if p.tell >= 0 {
		flags = unix.SECCOMP_FILTER_FLAG_NEW_LISTENER
	}
	fd, _, errno := syscall.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, flags, uintptr(unsafe.Pointer(p.filterProg)))
	if errno != 0 && p.tell >= 0 {
		// Somebody further out listens, and there can be but one: then nobody is told, and what is not allowed fails all the same.
		_, _, errno = syscall.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, uintptr(unsafe.Pointer(p.filterProg)))
		return errno == 0
	}
	if errno != 0 || p.tell < 0 {
		return errno == 0
	}
	*p.rights = int32(fd)
	_, _, errno = syscall.RawSyscall(syscall.SYS_SENDMSG, tellFD, uintptr(unsafe.Pointer(p.message)), 0)
	return errno == 0
}

//go:norace
//go:nosplit
func placeFiles(p *prepared) bool {
	for i := range p.files {
		if p.files[i] < 0 {
			continue
		}
		if p.files[i] == i {
			syscall.RawSyscall(syscall.SYS_FCNTL, uintptr(i), syscall.F_SETFD, 0)
			continue
		}
		if _, _, errno := syscall.RawSyscall(syscall.SYS_DUP3, uintptr(p.files[i]), uintptr(i), 0); errno != 0 {
			return false
		}
	}
	if p.tell >= 0 {
		if _, _, errno := syscall.RawSyscall(syscall.SYS_DUP3, uintptr(p.tell), tellFD, syscall.O_CLOEXEC); errno != 0 {
			return false
		}
	}
	if p.spread {
		syscall.RawSyscall(unix.SYS_SCHED_SETAFFINITY, 0, unsafe.Sizeof(p.cores), uintptr(unsafe.Pointer(&p.cores)))
	}
	_, _, errno := syscall.RawSyscall(syscall.SYS_DUP3, uintptr(p.program), execFD, syscall.O_CLOEXEC)
	return errno == 0
}

// restrict limits resources, enters the root and gives up user and rights, in an order in which each still works.
//
//go:norace
//go:nosplit
func restrict(p *prepared) bool {
	for i := range p.limits {
		limit := [2]uint64{p.limits[i].Value, p.limits[i].Value}
		_, _, errno := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, 0, uintptr(p.limits[i].Resource), uintptr(unsafe.Pointer(&limit)), 0, 0, 0)
		if errno != 0 {
			return false
		}
	}
	if p.confined {
		if _, _, errno := syscall.RawSyscall(syscall.SYS_CHROOT, uintptr(unsafe.Pointer(p.root)), 0, 0); errno != 0 {
			return false
		}
	}
	if _, _, errno := syscall.RawSyscall(syscall.SYS_CHDIR, uintptr(unsafe.Pointer(p.dir)), 0, 0); errno != 0 {
		return false
	}
	return p.confined && dropRights(p) || !p.confined && noNewPrivileges()
}

//go:norace
//go:nosplit
func dropRights(p *prepared) bool {
	const secureBits = 0x2f // no root, no setuid fixup, no ambient rights: all locked but the keeping of rights
	if p.owner >= 0 {
		owner := uintptr(p.owner)
		if _, _, errno := syscall.RawSyscall(syscall.SYS_SETGROUPS, 0, 0, 0); errno != 0 {
			return false
		}
		if _, _, errno := syscall.RawSyscall(syscall.SYS_SETRESGID, owner, owner, owner); errno != 0 {
			return false
		}
		if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, unix.PR_SET_SECUREBITS, secureBits, 0); errno != 0 {
			return false
		}
		if _, _, errno := syscall.RawSyscall(syscall.SYS_SETRESUID, owner, owner, owner); errno != 0 {
			return false
		}
	} else if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, unix.PR_SET_SECUREBITS, secureBits, 0); errno != 0 {
		return false
	}
	_, _, errno := syscall.RawSyscall(syscall.SYS_CAPSET, uintptr(unsafe.Pointer(&p.capHeader)), uintptr(unsafe.Pointer(&p.capData[0])), 0)
	return errno == 0 && noNewPrivileges()
}

//go:norace
//go:nosplit
func noNewPrivileges() bool {
	_, _, errno := syscall.RawSyscall6(syscall.SYS_PRCTL, unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0)
	return errno == 0
}
