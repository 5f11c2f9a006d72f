package batch

import (
	"encoding/gob"
	"os"
	"syscall"
	"time"

	"tekhne/ruler/cell"
	"tekhne/ruler/wire"
)

// helper is a running process that answers requests one after another: the reader of candidates, or the explainer of
// those that do not compile. Both read hostile text, so both are confined and may die of it.
type helper struct {
	pid      int
	in, out  *os.File
	requests *gob.Encoder
	replies  *gob.Decoder
	fresh    bool // has read nothing yet
}

func (z *Zone) startHelper(program int, args ...string) (*helper, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	answers, answer, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer read.Close()
	defer answer.Close()
	pid, err := z.launcher.Start(cell.Command{
		Program: program, Args: args, Root: "/", Dir: z.Work,
		Env: []string{"GOMAXPROCS=1"}, Limits: z.toolLimits(), Owner: z.Users.Tools,
		Files: [4]int{int(read.Fd()), int(answer.Fd()), z.silence, -1},
	})
	if err != nil {
		return nil, err
	}
	return &helper{pid, write, answers, gob.NewEncoder(write), gob.NewDecoder(answers), true}, nil
}

// stop ends the process, and tells how it had ended where it had by itself.
func (h *helper) stop() syscall.WaitStatus {
	_ = syscall.Kill(h.pid, syscall.SIGKILL)
	h.in.Close()
	h.out.Close()
	var status syscall.WaitStatus
	_, _ = syscall.Wait4(h.pid, &status, 0, nil)
	return status
}

// ownFault says whether a helper could not be started, or was killed from outside, as the system does that is out of memory:
// then what it was asked is not to blame.
func ownFault(status syscall.WaitStatus) bool {
	return status.ExitStatus() == 125 || status.Signaled() && status.Signal() == syscall.SIGKILL
}

// ask waits for the reply as long as a compiler may take. A trouble is what the process died of; of one that died
// by itself, ownFault of its end tells more.
func (z *Zone) ask(h *helper, request, reply any) (trouble wire.Verdict) {
	h.fresh = false
	used := cell.CPUTime(h.pid)
	answered := make(chan error, 1)
	go func() {
		if err := h.requests.Encode(request); err != nil {
			answered <- err
			return
		}
		answered <- h.replies.Decode(reply)
	}()
	ticker := time.NewTicker(200 * time.Millisecond)
	defer ticker.Stop()
	started := time.Now()
	for {
		select {
		case err := <-answered:
			if err != nil {
				return wire.Memory
			}
			return ""
		case <-ticker.C:
			late := time.Since(started) > 10*seconds(z.Limits.CompileWall)
			if late || cell.CPUTime(h.pid)-used > seconds(z.Limits.CompileCPU) {
				_ = syscall.Kill(h.pid, syscall.SIGKILL)
				<-answered
				return wire.TimeoutCompile
			}
		}
	}
}
