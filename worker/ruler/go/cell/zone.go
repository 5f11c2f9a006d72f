package cell

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// The zone's own tree, once it has become its root.
const (
	StdDir  = "/std"  // compiled packages, read-only
	WorkDir = "/work" // sources and binaries of the batch
	JailDir = "/jail" // all that a candidate sees
)

// Enter starts this program again as the first process of new namespaces, and waits for it.
func Enter(args []string) error {
	command := exec.Command("/proc/self/exe", args...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	command.Env = []string{"GOMAXPROCS=2", "GOGC=200"}
	command.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWNET | syscall.CLONE_NEWIPC | syscall.CLONE_NEWUTS,
		Pdeathsig:  syscall.SIGKILL,
	}
	if !Privileged() {
		attr := command.SysProcAttr
		attr.Cloneflags |= syscall.CLONE_NEWUSER
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	return command.Run()
}

// Privileged says whether this process is a root that can become other users.
func Privileged() bool {
	if os.Getuid() != 0 {
		return false
	}
	text, err := os.ReadFile("/proc/self/uid_map")
	if err != nil {
		return false
	}
	fields := strings.Fields(string(text))
	size, _ := strconv.ParseInt(fields[len(fields)-1], 10, 64)
	return size >= 65536
}

// Users are who runs what: user and group ids alike, -1 where there is but one user to be.
type Users struct {
	Candidates int
	Tools      int // the compiler, the linker, and what reads candidates
}

// Build makes the zone's tree in base and turns it into the root: compiled packages, a place to work, a jail.
func Build(base, std, zoneInfo string, users Users) error {
	steps := []func() error{
		func() error { return syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, "") },
		func() error { return tmpfs(base, "size=4m,mode=755", 0) },
		func() error { return folders(base) },
		func() error { return bind(std, filepath.Join(base, StdDir)) },
		func() error { return tmpfs(filepath.Join(base, WorkDir), "size=768m,mode=700", 0) },
		func() error { return own(filepath.Join(base, WorkDir), users.Tools) },
		func() error { return furnish(filepath.Join(base, JailDir), zoneInfo, users.Candidates) },
		raiseLoopback,
		func() error { return pivot(base) },
		func() error { return syscall.Sethostname([]byte("ruler")) },
	}
	for i, step := range steps {
		if err := step(); err != nil {
			return fmt.Errorf("building the sandbox, step %d: %w", i+1, err)
		}
	}
	return nil
}

func tmpfs(where, options string, flags uintptr) error {
	return syscall.Mount("tmpfs", where, "tmpfs", flags|syscall.MS_NOSUID|syscall.MS_NODEV, options)
}

func folders(base string) error {
	for _, name := range []string{StdDir, WorkDir, JailDir, "/old"} {
		if err := os.Mkdir(filepath.Join(base, name), 0o755); err != nil {
			return err
		}
	}
	return nil
}

// bind shows a folder read-only. A user namespace may not drop flags that the folder's own mount has.
func bind(source, target string) error {
	if err := syscall.Mount(source, target, "", syscall.MS_BIND, ""); err != nil {
		return err
	}
	var kept unix.Statfs_t
	if err := unix.Statfs(target, &kept); err != nil {
		return err
	}
	flags := uintptr(kept.Flags) & (unix.ST_NOEXEC | unix.ST_NOATIME | unix.ST_NODIRATIME | unix.ST_RELATIME)
	return syscall.Mount("", target, "", flags|syscall.MS_BIND|syscall.MS_REMOUNT|syscall.MS_RDONLY|syscall.MS_NOSUID|syscall.MS_NODEV, "")
}

func own(folder string, owner int) error {
	if owner < 0 {
		return nil
	}
	return os.Chown(folder, owner, owner)
}

func pivot(base string) error {
	if err := syscall.PivotRoot(base, filepath.Join(base, "old")); err != nil {
		return err
	}
	if err := os.Chdir("/"); err != nil {
		return err
	}
	if err := syscall.Unmount("/old", syscall.MNT_DETACH); err != nil {
		return err
	}
	if err := os.Remove("/old"); err != nil {
		return err
	}
	return syscall.Mount("", "/", "", syscall.MS_REMOUNT|syscall.MS_BIND|syscall.MS_RDONLY|syscall.MS_NOSUID|syscall.MS_NODEV, "")
}
