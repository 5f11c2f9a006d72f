package cell

import (
	"syscall"
	"testing"
)

func TestAFolderIsUntouchedOnlyWhereNothingButItsReadingChanged(t *testing.T) {
	fresh := syscall.Stat_t{Dev: 1, Ino: 2, Nlink: 2, Mode: 0o40755, Uid: 3, Gid: 3, Size: 40, Mtim: syscall.Timespec{Sec: 4}, Ctim: syscall.Timespec{Sec: 4}}
	for what, change := range map[string]func(now *syscall.Stat_t){
		// All within one tick of the kernel's clock, so that the times are the same.
		"a file was made":     func(now *syscall.Stat_t) { now.Size += 20 },
		"a folder was made":   func(now *syscall.Stat_t) { now.Nlink++ },
		"its mode is another": func(now *syscall.Stat_t) { now.Mode = 0o40000 },
		"it is another's":     func(now *syscall.Stat_t) { now.Uid = 0 },
		// And later.
		"a file came and went": func(now *syscall.Stat_t) { now.Mtim.Nsec++ },
		"its mode was another": func(now *syscall.Stat_t) { now.Ctim.Nsec++ },
		"it was mounted anew":  func(now *syscall.Stat_t) { now.Dev++ },
	} {
		now := fresh
		if change(&now); untouched(fresh, now) {
			t.Errorf("%s, and nobody notices", what)
		}
	}
	read := fresh
	if read.Atim.Sec++; !untouched(fresh, read) {
		t.Error("that it was read counts")
	}
}
