package batch

import (
	"crypto/rand"
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
	usage   cell.Usage
	output  string
	written int64
	states  map[string]string // test name to pass, fail or skip, by the harness's own record
	ready   bool              // the harness has begun: the program was really started
	started bool              // the harness came to its tests
	end     string            // ok or fail; empty where the harness did not come to its end
	err     error
}

// run executes program number of an open binary in a process of its own.
func (z *Zone) run(binary, number int) ran {
	ours, theirs, err := socketPair()
	if err != nil {
		return ran{err: err}
	}
	defer syscall.Close(ours)
	secret := rand.Text()
	greeting := fmt.Sprintf("%s %d %d %d", secret, number, z.Limits.Stack, z.Limits.RunMemory*3/4)
	if _, err := syscall.Write(ours, []byte(greeting)); err != nil {
		return ran{err: err}
	}
	usage, err := z.start(z.command(binary, theirs), z.Limits.RunCPU, z.Limits.RunWall)
	syscall.Close(theirs)
	if err != nil {
		return ran{err: err}
	}
	result := ran{usage: usage, states: map[string]string{}}
	result.readRecord(ours, secret)
	result.output, result.written = z.takeOutput(z.Limits.Output)
	z.cleanJail()
	return result
}

func (z *Zone) command(binary, socket int) cell.Command {
	return cell.Command{
		Program: binary, Args: []string{"candidate.test"}, Root: z.Jail, Dir: z.runDir(), Owner: z.Owner,
		Env: []string{"GOMAXPROCS=1"}, Files: [4]int{z.silence, z.output, z.output, socket},
		Limits: []cell.Limit{
			{Resource: unix.RLIMIT_CORE, Value: 0},
			{Resource: unix.RLIMIT_CPU, Value: uint64(z.Limits.RunCPU) + 2},
			{Resource: unix.RLIMIT_DATA, Value: z.Limits.RunMemory},
			{Resource: unix.RLIMIT_AS, Value: z.Limits.RunMemory + 8<<30},
			{Resource: unix.RLIMIT_FSIZE, Value: z.Limits.Output},
			{Resource: unix.RLIMIT_NOFILE, Value: 64},
			{Resource: unix.RLIMIT_NPROC, Value: z.Limits.Processes},
		},
	}
}

func (z *Zone) runDir() string {
	if z.Confined {
		return "/"
	}
	return z.Jail
}

func socketPair() (ours, theirs int, err error) {
	pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, -1, err
	}
	return pair[0], pair[1], nil
}

// readRecord takes the lines that carry the secret; what else a candidate wrote there is nothing.
func (r *ran) readRecord(socket int, secret string) {
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
		fields := strings.SplitN(line, " ", 3)
		if len(fields) != 3 || fields[0] != secret {
			continue
		}
		switch fields[1] {
		case "ready":
			r.ready = true
		case "start":
			r.started = true
		case "end":
			r.end = fields[2]
		default:
			r.states[fields[2]] = fields[1]
		}
	}
}

// cleanJail removes whatever the program left in its folder.
func (z *Zone) cleanJail() {
	left, err := os.ReadDir(z.Jail)
	if err != nil {
		return
	}
	for _, entry := range left {
		_ = os.RemoveAll(filepath.Join(z.Jail, entry.Name()))
	}
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
