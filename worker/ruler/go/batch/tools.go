package batch

import (
	"crypto/rand"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"tekhne/ruler/cell"
	"tekhne/ruler/lean"
	"tekhne/ruler/wire"
)

// The lists of packages that programs are compiled and linked with: all of them, and the same with lean testify.
const (
	full = "importcfg"
	thin = "importcfg.lean"
)

// Zone is one core's worth of judging: what it needs to start programs, and the limits it holds them to.
type Zone struct {
	Compile, Link, Self int // open executables
	Explain             int // the same, or -1 where it could not be built
	Std, Work, Jail     string
	Language            string
	Limits              wire.Limits
	Cores               int // that a program uses at once which asks for their number
	Users               cell.Users
	Confined            bool

	launcher  *cell.Launcher
	renewer   *cell.Renewer // of the candidates' folder, where there is a jail
	output    int           // a file in memory that programs write to
	silence   int
	front     *helper // reads candidates
	explainer *helper // says what is wrong with those that do not compile
	serial    int
	token     string // in the names of what is ours in a program

	remembered []readItem // what Read read last, for JudgeRead
}

// Prepare writes the list of importable packages and opens what every program shares.
func (z *Zone) Prepare() error {
	z.token = strings.ToLower(rand.Text())
	var list, leanList strings.Builder
	err := filepath.WalkDir(z.Std, func(file string, _ fs.DirEntry, err error) error {
		if name, ok := strings.CutSuffix(strings.TrimPrefix(file, z.Std+"/"), ".a"); ok && err == nil {
			fmt.Fprintf(&list, "packagefile %s=%s\n", name, file)
			if name == lean.Package {
				file = lean.Archive(file)
			}
			fmt.Fprintf(&leanList, "packagefile %s=%s\n", name, file)
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := writeAll(map[string]string{z.path(full): list.String(), z.path(thin): leanList.String()}); err != nil {
		return err
	}
	z.output, err = memoryFile("output")
	if err != nil {
		return err
	}
	if z.silence, err = memoryFile("input"); err != nil {
		return err
	}
	if z.Confined {
		if z.renewer, err = cell.NewRenewer(z.Jail, z.Users.Candidates); err != nil {
			return err
		}
	}
	args := []string{"tekhne-ruler", "launch"}
	if !z.Confined {
		args = append(args, "--unsafe-no-sandbox")
	}
	z.launcher, err = cell.NewLauncher(z.Self, z.silence, args)
	return err
}

// Close ends all that helps and waits for it: else what it used would be nobody's when the sandbox goes.
func (z *Zone) Close() {
	for _, running := range []*helper{z.front, z.explainer} {
		if running != nil {
			running.stop()
		}
	}
	z.front, z.explainer = nil, nil
	z.launcher.Close()
}

func (z *Zone) path(name string) string { return filepath.Join(z.Work, name) }

// fresh is a name that no earlier batch used.
func (z *Zone) fresh(kind string) string {
	z.serial++
	return fmt.Sprintf("%s%d", kind, z.serial)
}

func memoryFile(name string) (int, error) {
	fd, err := unix.MemfdCreate(name, unix.MFD_CLOEXEC)
	if err != nil {
		return -1, err
	}
	return unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 200)
}

// takeOutput reads what the last program wrote, at most limit bytes, and empties the file.
func (z *Zone) takeOutput(limit uint64) (text string, size int64) {
	var state syscall.Stat_t
	if err := syscall.Fstat(z.output, &state); err == nil {
		size = state.Size
	}
	buffer := make([]byte, min(uint64(size), limit))
	n, _ := syscall.Pread(z.output, buffer, 0)
	_ = syscall.Ftruncate(z.output, 0)
	_, _ = syscall.Seek(z.output, 0, 0)
	return string(buffer[:max(n, 0)]), size
}

// toolLimits bound the compiler, the linker and the front process, which read hostile text.
func (z *Zone) toolLimits() []cell.Limit {
	return []cell.Limit{
		{Resource: unix.RLIMIT_CORE, Value: 0},
		{Resource: unix.RLIMIT_DATA, Value: z.Limits.CompileMemory},
		{Resource: unix.RLIMIT_NOFILE, Value: 256},
		{Resource: unix.RLIMIT_FSIZE, Value: 512 << 20},
	}
}

// tool runs the compiler or the linker.
func (z *Zone) tool(program int, args ...string) (cell.Usage, string, error) {
	usage, err := z.launcher.Run(cell.Command{
		Program: program, Args: args, Root: "/", Dir: z.Work, Limits: z.toolLimits(), Owner: z.Users.Tools,
		Env:   []string{"GOGC=off", "GOMAXPROCS=1", fmt.Sprintf("GOMEMLIMIT=%d", z.Limits.CompileMemory/2)},
		Files: [4]int{z.silence, z.output, z.output, -1},
	}, cell.Times{CPU: seconds(z.Limits.CompileCPU), Wall: seconds(z.Limits.CompileWall)})
	text, _ := z.takeOutput(1 << 20)
	return usage, text, err
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
