package cell

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// What a candidate sees: a root that nobody can write to, with the devices and files that Go programs count on, and
// one folder of its own. Places are as the candidate sees them.
const (
	Home     = "/tmp"
	Path     = "/bin" // which holds nothing
	ZoneInfo = "/zoneinfo.zip"
	// executable is where a program finds its own name (os.Executable), and no file.
	executable = Path + "/candidate.test"
)

var devices = []string{"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"}

// homeOptions bound the folder that candidates write to.
const homeOptions = "size=32m,nr_inodes=4096,mode=755"

// furnish makes the jail's files in its folder, for programs that run as owner; zoneInfo may be empty.
func furnish(jail, zoneInfo string, owner int) error {
	for _, name := range []string{"/dev", "/etc", "/proc/self", Home, Path} {
		if err := os.MkdirAll(filepath.Join(jail, name), 0o755); err != nil {
			return err
		}
	}
	user := max(owner, 0) // in a user namespace there is but one, called 0
	files := map[string]string{
		"/etc/passwd": fmt.Sprintf("ruler:x:%d:%d:ruler:%s:/bin/none\n", user, user, Home),
		"/etc/group":  fmt.Sprintf("ruler:x:%d:\n", user),
		"/etc/hosts":  "127.0.0.1 localhost\n::1 localhost\n",
	}
	if text, err := os.ReadFile(zoneInfo); err == nil {
		files[ZoneInfo] = string(text)
	}
	if err := os.Symlink(executable, filepath.Join(jail, "/proc/self/exe")); err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(jail, name), []byte(text), 0o444); err != nil {
			return err
		}
	}
	for _, device := range devices {
		target := filepath.Join(jail, device)
		if err := os.WriteFile(target, nil, 0o444); err != nil {
			return err
		}
		if err := syscall.Mount(device, target, "", syscall.MS_BIND, ""); err != nil {
			return err
		}
	}
	return mountHome(filepath.Join(jail, Home), owner)
}

func mountHome(where string, owner int) error {
	if err := tmpfs(where, homeOptions, syscall.MS_NOEXEC); err != nil {
		return err
	}
	if owner < 0 {
		return nil
	}
	return os.Chown(where, owner, owner)
}

// Renewer keeps the candidates' folder as new: what no program has touched is, and what one has is replaced.
type Renewer struct {
	home  string
	owner int
	fresh syscall.Stat_t
}

// NewRenewer looks at the folder while it is new.
func NewRenewer(jail string, owner int) (*Renewer, error) {
	r := &Renewer{home: filepath.Join(jail, Home), owner: owner}
	return r, syscall.Lstat(r.home, &r.fresh)
}

// untouched says whether a folder is as it was. Its times change with whatever is made or removed in it and with its mode
// and owner, but only as fast as the kernel's clock ticks: a program that begins within the same tick is told by its
// folder's size, links and mode. When it was last read does not matter.
func untouched(fresh, now syscall.Stat_t) bool {
	now.Atim = fresh.Atim
	return now == fresh
}

// Renew makes the folder new unless it plainly is.
func (r *Renewer) Renew() error {
	var now syscall.Stat_t
	if err := syscall.Lstat(r.home, &now); err != nil {
		return err
	}
	if untouched(r.fresh, now) {
		return nil
	}
	if err := syscall.Unmount(r.home, syscall.MNT_DETACH); err != nil {
		return err
	}
	if err := mountHome(r.home, r.owner); err != nil {
		return err
	}
	return syscall.Lstat(r.home, &r.fresh)
}

// raiseLoopback gives the zone's own network its only interface.
func raiseLoopback() error {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(socket)
	request, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	request.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	if err := unix.IoctlIfreq(socket, unix.SIOCSIFFLAGS, request); err != nil {
		return err
	}
	if loopback, err := net.InterfaceByName("lo"); err != nil || loopback.Flags&net.FlagUp == 0 {
		return errors.Join(err, errors.New("loopback does not come up"))
	}
	return nil
}
