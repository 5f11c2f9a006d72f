package cell

import (
	"fmt"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

// told are the calls whose refusal is worth a verdict of its own: other processes and the network. What else is not
// allowed fails without a word, since Go's own libraries try much that they can do without.
var told = map[uintptr]string{
	unix.SYS_CLONE: "clone (starting a process)", unix.SYS_EXECVE: "execve (starting a process)",
	unix.SYS_EXECVEAT: "execveat (starting a process)", unix.SYS_SOCKET: "socket (using a network)",
	unix.SYS_SOCKETPAIR: "socketpair (using a network)", unix.SYS_KILL: "kill (signalling a process)",
	unix.SYS_TGKILL: "tgkill (signalling a process)", unix.SYS_TKILL: "tkill (signalling a process)",
	unix.SYS_PTRACE: "ptrace (tracing a process)", unix.SYS_MOUNT: "mount", unix.SYS_UNSHARE: "unshare",
}

// Refused names the calls of a program that were refused, each once, in the order in which they came.
type Refused []string

// listener is the kernel's question about a call of a program: shall it go on? Its answer is always no.
type listener struct {
	fd    int
	names Refused
	done  sync.WaitGroup
}

// The kernel's struct seccomp_notif and seccomp_notif_resp.
type notification struct {
	id    uint64
	pid   uint32
	flags uint32
	call  int32
	arch  uint32
	at    uint64
	args  [6]uint64
}

type response struct {
	id    uint64
	value int64
	errno int32
	flags uint32
}

// listen takes the listener that a child sends through the socket, and answers until the child has ended.
func listen(socket int) *listener {
	l := &listener{fd: -1}
	buffer, beside := make([]byte, 1), make([]byte, unix.CmsgSpace(4))
	_, err := again(func() (n int, err error) {
		var rights int
		n, rights, _, _, err = unix.Recvmsg(socket, buffer, beside, unix.MSG_CMSG_CLOEXEC)
		beside = beside[:rights]
		return n, err
	})
	if files, bad := filesIn(beside); err == nil && bad == nil && len(files) == 1 {
		l.fd = files[0]
		l.done.Add(1)
		go l.answer()
	}
	return l
}

func (l *listener) answer() {
	defer l.done.Done()
	for {
		events := []unix.PollFd{{Fd: int32(l.fd), Events: unix.POLLIN}}
		if _, err := again(func() (int, error) { return unix.Poll(events, -1) }); err != nil {
			return
		}
		if events[0].Revents&unix.POLLIN == 0 {
			return // everybody whom it could ask about has ended
		}
		var asked notification
		if ioctl(l.fd, unix.SECCOMP_IOCTL_NOTIF_RECV, unsafe.Pointer(&asked)) != 0 {
			continue // who asked is gone
		}
		l.note(uintptr(asked.call))
		answer := response{id: asked.id, errno: -int32(unix.EPERM)}
		ioctl(l.fd, unix.SECCOMP_IOCTL_NOTIF_SEND, unsafe.Pointer(&answer))
	}
}

func (l *listener) note(call uintptr) {
	name, ok := told[call]
	if !ok {
		name = fmt.Sprintf("system call %d", call)
	}
	for _, known := range l.names {
		if known == name {
			return
		}
	}
	l.names = append(l.names, name)
}

// ended returns what was refused, once the program has ended.
func (l *listener) ended() Refused {
	if l.fd < 0 {
		return nil
	}
	l.done.Wait()
	unix.Close(l.fd)
	return l.names
}

func ioctl(fd int, request uint, argument unsafe.Pointer) unix.Errno {
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), uintptr(request), uintptr(argument))
	return errno
}
