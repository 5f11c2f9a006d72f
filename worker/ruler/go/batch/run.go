package batch

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"tekhne/ruler/cell"
)

// ran is what one execution of one program left behind.
type ran struct {
	usage    cell.Usage
	output   string
	written  int64
	states   map[string]string // test name to pass, fail or skip, by the harness's own record
	ready    bool              // the harness has begun: the program was really started
	started  bool              // the harness came to its tests
	finished bool              // all tests have run
	end      string            // ok or fail; empty where the harness did not come to its end
	err      error
}

// run executes program number of an open binary in a process of its own.
func (z *Zone) run(binary int, p *program) ran {
	ours, theirs, err := socketPair()
	if err != nil {
		return ran{err: err}
	}
	defer syscall.Close(ours)
	greeting := fmt.Sprintf("%d %d %d", p.number, z.Limits.Stack, z.Limits.RunMemory*3/4)
	if _, err := syscall.Write(ours, []byte(greeting)); err != nil {
		return ran{err: err}
	}
	usage, err := z.launcher.Run(z.command(binary, theirs, p), z.times())
	syscall.Close(theirs)
	if err != nil {
		return ran{err: err}
	}
	result := ran{usage: usage, states: map[string]string{}}
	result.readRecord(ours)
	result.output, result.written = z.takeOutput(z.Limits.Output)
	result.err = z.renew()
	return result
}

// times are those of a program's run.
func (z *Zone) times() cell.Times {
	limits := z.Limits
	return cell.Times{CPU: seconds(limits.RunCPU), Wall: seconds(limits.RunWall), Growth: limits.RunCPUGrowth, Most: limits.RunCPUMost}
}

func (z *Zone) command(binary, socket int, p *program) cell.Command {
	args := []string{"candidate.test"}
	if !p.mainPanics {
		args = append(args, "-test.paniconexit0") // as the go command says; the harness learns when all tests have run
	}
	return cell.Command{
		Program: binary, Args: args, Root: z.Jail, Dir: z.home(), Owner: z.Users.Candidates,
		Env: z.environment(p.variant.Cores), Files: [4]int{z.silence, z.output, z.output, socket},
		Network: true, Listens: true, Spread: p.variant.Cores,
		Limits: []cell.Limit{
			{Resource: unix.RLIMIT_CORE, Value: 0},
			{Resource: unix.RLIMIT_CPU, Value: uint64(z.times().Longest().Seconds()) + 2},
			{Resource: unix.RLIMIT_DATA, Value: z.Limits.RunMemory},
			{Resource: unix.RLIMIT_AS, Value: z.Limits.RunMemory + 8<<30},
			{Resource: unix.RLIMIT_FSIZE, Value: max(z.Limits.Output, largestFile)},
			{Resource: unix.RLIMIT_NOFILE, Value: openFiles},
			{Resource: unix.RLIMIT_NPROC, Value: z.Limits.Processes},
		},
	}
}

// largestFile is how large a file a program may write; its output has a limit of its own.
const largestFile = 16 << 20

// openFiles is how many files and connections a program may have at once; cell's own stand behind them.
const openFiles = 500

// home is the folder that programs start in and may write to.
func (z *Zone) home() string {
	if z.Confined {
		return cell.Home
	}
	return z.Jail
}

// environment is what a program finds there. One that asks for the number of cores sees them all; the others stay on
// the zone's own, where they start sooner.
func (z *Zone) environment(cores bool) []string {
	list := []string{"HOME=" + z.home(), "USER=ruler", "PATH=" + cell.Path}
	if z.Confined {
		list = append(list, "ZONEINFO="+cell.ZoneInfo)
	} else {
		list = append(list, "TMPDIR="+z.Jail)
	}
	if !cores {
		return append(list, "GOMAXPROCS=1")
	}
	return append(list, fmt.Sprintf("GOMAXPROCS=%d", z.Cores))
}

func socketPair() (ours, theirs int, err error) {
	pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, -1, err
	}
	return pair[0], pair[1], nil
}

// readRecord takes the harness's lines; nobody else can write there (harness/lock.go).
func (r *ran) readRecord(socket int) {
	buffer := make([]byte, 64<<10)
	var text strings.Builder
	for text.Len() < 1<<20 {
		n, _, err := syscall.Recvfrom(socket, buffer, syscall.MSG_DONTWAIT)
		if n <= 0 || err != nil {
			break
		}
		text.Write(buffer[:n])
	}
	for _, line := range strings.Split(text.String(), "\n") {
		event, name, _ := strings.Cut(line, " ")
		switch event {
		case "ready":
			r.ready = true
		case "start":
			r.started = true
		case "ran":
			r.finished = true
		case "end":
			r.end = name
		default:
			r.states[name] = event
		}
	}
}

// renew gives the next program a folder in which nobody was before.
func (z *Zone) renew() error {
	if z.Confined {
		return z.renewer.Renew()
	}
	_ = os.RemoveAll(z.Jail)
	jail, err := os.MkdirTemp(filepath.Dir(z.Jail), "jail-")
	z.Jail = jail
	return err
}

func openProgram(path string) (int, error) {
	fd, err := syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	high, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 200)
	syscall.Close(fd)
	return high, err
}
