package cell

import "golang.org/x/sys/unix"

const architecture = unix.AUDIT_ARCH_AARCH64

// oldCalls exist only on this architecture.
var oldCalls = []uintptr{unix.SYS_FSTATAT, unix.SYS_GETRLIMIT}
