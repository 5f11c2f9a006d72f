package cell

import (
	"encoding/json"
	"fmt"

	"golang.org/x/sys/unix"
)

// controlFD is where a launcher finds the socket that it is asked through.
const controlFD = 3

// Launch is the launcher: it carries out one order after another, until nobody is left who could give one.
func Launch(confined bool) error {
	// A copy high up; the first stays, so that no file which comes with an order takes a number below 4.
	control, err := unix.FcntlInt(controlFD, unix.F_DUPFD_CLOEXEC, 200)
	if err != nil {
		return err
	}
	unix.CloseOnExec(controlFD)
	buffer, beside := make([]byte, orderSize), make([]byte, unix.CmsgSpace(5*4))
	for {
		o, files, err := receive(control, buffer, beside)
		if err != nil || o == nil {
			return err
		}
		said := carryOut(o, confined)
		for _, fd := range files {
			unix.Close(fd)
		}
		text, err := json.Marshal(said)
		if err != nil {
			return err
		}
		if _, err := unix.Write(control, text); err != nil {
			return err
		}
	}
}

func carryOut(o *order, confined bool) (said report) {
	var refused *listener
	pid, err := 0, error(nil)
	if o.Command.Listens {
		pid, refused, err = startListening(o.Command, confined)
	} else {
		pid, err = Start(o.Command, confined)
	}
	switch {
	case err != nil:
		said.Failed = err.Error()
	case o.Wait:
		said.Usage = Wait(pid, o.Times)
	default:
		said.Pid = pid
	}
	if refused != nil {
		said.Usage.Refused = refused.ended()
	}
	return said
}

// receive returns no order at the end. The files in the order are numbered as they are here.
func receive(control int, buffer, beside []byte) (*order, []int, error) {
	var rights int
	n, err := again(func() (n int, err error) {
		n, rights, _, _, err = unix.Recvmsg(control, buffer, beside, unix.MSG_CMSG_CLOEXEC)
		return n, err
	})
	if err != nil || n == 0 {
		return nil, nil, err
	}
	files, err := filesIn(beside[:rights])
	if err != nil {
		return nil, nil, err
	}
	var o order
	if err := json.Unmarshal(buffer[:n], &o); err != nil {
		return nil, nil, err
	}
	return &o, files, o.Command.take(files)
}

func filesIn(rights []byte) ([]int, error) {
	messages, err := unix.ParseSocketControlMessage(rights)
	if err != nil {
		return nil, err
	}
	var files []int
	for _, message := range messages {
		some, err := unix.ParseUnixRights(&message)
		if err != nil {
			return nil, err
		}
		files = append(files, some...)
	}
	return files, nil
}

// take puts files, in open's order, in place of the numbers that they had elsewhere.
func (c *Command) take(files []int) error {
	if len(files) != len(c.open()) {
		return fmt.Errorf("an order came with %d files instead of %d", len(files), len(c.open()))
	}
	c.Program, files = files[0], files[1:]
	for i, fd := range c.Files {
		if fd >= 0 {
			c.Files[i], files = files[0], files[1:]
		}
	}
	return nil
}
