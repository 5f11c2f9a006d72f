package cell

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// Launcher starts programs for the zone, through a small process that it often replaces. The reason is the kernel's
// account: a program's peak memory is at least that of the process which it was copied from, and a zone that has read a
// batch of long completions is larger than most programs.
type Launcher struct {
	program, silence int // open files: this program itself, and nothing to read
	args             []string
	pid, control     int // of the process; 0 while there is none
	orders           int
}

// lifetime is after how many orders a launcher is replaced: each leaves some 5 kB of garbage.
const lifetime = 64

// order is what the zone asks of the launcher; the command's open files come beside it.
type order struct {
	Command Command
	Wait    bool
	Times   Times
}

type report struct {
	Usage  Usage
	Pid    int
	Failed string
}

const orderSize = 64 << 10

// NewLauncher prepares to start programs. Args must lead the open executable to Launch.
func NewLauncher(program, silence int, args []string) (*Launcher, error) {
	// What a launcher leaves running becomes this process's child. A sandbox's first process needs not ask for that.
	err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
	return &Launcher{program: program, silence: silence, args: args}, err
}

// Run starts a command and waits for its end as Wait does.
func (l *Launcher) Run(c Command, times Times) (Usage, error) {
	said, err := l.ask(order{Command: c, Wait: true, Times: times})
	if l.orders >= lifetime {
		l.Close()
	}
	return said.Usage, err
}

// Start starts a command as a child of this process and returns its process id.
func (l *Launcher) Start(c Command) (int, error) {
	said, err := l.ask(order{Command: c})
	l.Close()
	return said.Pid, err
}

// Close ends the launcher's process and waits for it, so that what it and its programs used is counted.
func (l *Launcher) Close() {
	if l.pid == 0 {
		return
	}
	unix.Close(l.control)
	_, _ = syscall.Wait4(l.pid, nil, 0, nil)
	l.pid, l.orders = 0, 0
}

func (l *Launcher) ask(o order) (report, error) {
	if err := l.begin(); err != nil {
		return report{}, err
	}
	var said report
	if err := l.exchange(o, &said); err != nil {
		// What it was doing is unknown, and may still run. Who asked the zone takes another and asks that.
		fmt.Fprintln(os.Stderr, "The sandbox's launcher does not answer:", err)
		os.Exit(1)
	}
	if said.Failed != "" {
		return said, errors.New(said.Failed)
	}
	return said, nil
}

func (l *Launcher) begin() error {
	l.orders++
	if l.pid != 0 {
		return nil
	}
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(pair[1])
	l.pid, err = Start(Command{
		Program: l.program, Args: l.args, Env: []string{"GOMAXPROCS=1"}, Root: "/", Dir: "/",
		Files: [4]int{l.silence, l.silence, 2, pair[1]}, Trusted: true,
	}, true)
	if err != nil {
		unix.Close(pair[0])
		return err
	}
	l.control = pair[0]
	return nil
}

func (l *Launcher) exchange(o order, said *report) error {
	text, err := json.Marshal(o)
	if err != nil {
		return err
	}
	if err := unix.Sendmsg(l.control, text, unix.UnixRights(o.Command.open()...), nil, 0); err != nil {
		return err
	}
	buffer := make([]byte, orderSize)
	n, err := again(func() (int, error) { return unix.Read(l.control, buffer) })
	if err != nil {
		return err
	}
	return json.Unmarshal(buffer[:n], said)
}

// open lists the command's open files, which take a way of their own to another process.
func (c Command) open() []int {
	list := []int{c.Program}
	for _, fd := range c.Files {
		if fd >= 0 {
			list = append(list, fd)
		}
	}
	return list
}

// again repeats a call that a signal has interrupted.
func again(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if err != unix.EINTR {
			return n, err
		}
	}
}
