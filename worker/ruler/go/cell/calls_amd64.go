package cell

import "golang.org/x/sys/unix"

const architecture = unix.AUDIT_ARCH_X86_64

// oldCalls exist only on this architecture.
var oldCalls = []uintptr{
	unix.SYS_OPEN, unix.SYS_STAT, unix.SYS_LSTAT, unix.SYS_NEWFSTATAT, unix.SYS_ACCESS, unix.SYS_UNLINK,
	unix.SYS_MKDIR, unix.SYS_RMDIR, unix.SYS_RENAME, unix.SYS_READLINK, unix.SYS_PIPE, unix.SYS_SYMLINK, unix.SYS_LINK,
	unix.SYS_CHMOD, unix.SYS_EPOLL_CREATE, unix.SYS_EPOLL_WAIT, unix.SYS_POLL, unix.SYS_SELECT,
	unix.SYS_ARCH_PRCTL, unix.SYS_GETRLIMIT, unix.SYS_TIME,
}
