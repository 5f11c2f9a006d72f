package batch

import (
	"encoding/gob"
	"encoding/json"
	"os"
	"syscall"
	"time"

	"tekhne/ruler/cell"
	"tekhne/ruler/front"
	"tekhne/ruler/wire"
)

// frontProcess is the running reader of candidates.
type frontProcess struct {
	pid      int
	in, out  *os.File
	requests *gob.Encoder
	replies  *gob.Decoder
	fresh    bool // has read nothing yet
}

func (z *Zone) startFront() error {
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	answers, answer, err := os.Pipe()
	if err != nil {
		return err
	}
	defer read.Close()
	defer answer.Close()
	pid, err := cell.Start(cell.Command{
		Program: z.Self, Args: []string{"tekhne-ruler", "front", z.Std, z.Language}, Root: "/", Dir: z.Work,
		Env: []string{"GOMAXPROCS=1"}, Limits: z.toolLimits(), Owner: z.Owner,
		Files: [4]int{int(read.Fd()), int(answer.Fd()), z.silence, -1},
	}, z.Confined)
	if err != nil {
		return err
	}
	z.front = &frontProcess{pid, write, answers, gob.NewEncoder(write), gob.NewDecoder(answers), true}
	return nil
}

// stopFront ends the reader, and tells with what exit code it had ended by itself.
func (z *Zone) stopFront() int {
	_ = syscall.Kill(z.front.pid, syscall.SIGKILL)
	z.front.in.Close()
	z.front.out.Close()
	var status syscall.WaitStatus
	_, _ = syscall.Wait4(z.front.pid, &status, 0, nil)
	z.front = nil
	return status.ExitStatus()
}

// read asks the front process about one item. A trouble is what it died of: too long, or anything else.
func (z *Zone) read(item wire.Item, number int, legacy bool) (reply front.Reply, trouble string) {
	for attempt := 0; attempt < 2; attempt++ {
		if z.front == nil {
			if err := z.startFront(); err != nil {
				return reply, "sandbox_error"
			}
		}
		fresh := z.front.fresh
		if reply, trouble = z.ask(item, number, legacy); trouble == "" {
			return reply, ""
		}
		if z.stopFront() == 125 {
			trouble = "sandbox_error" // it never became the reader
		}
		// A reader that has read much may have died of what came before: only a fresh one's death counts.
		if fresh || trouble == "timeout_compile" {
			break
		}
	}
	return reply, trouble
}

func (z *Zone) ask(item wire.Item, number int, legacy bool) (front.Reply, string) {
	text, err := json.Marshal(item)
	if err != nil {
		return front.Reply{}, "sandbox_error"
	}
	f := z.front
	f.fresh = false
	used := cell.CPUTime(f.pid)
	var reply front.Reply
	answered := make(chan error, 1)
	go func() {
		if err := f.requests.Encode(front.Request{Item: text, Number: number, Legacy: legacy}); err != nil {
			answered <- err
			return
		}
		answered <- f.replies.Decode(&reply)
	}()
	return z.await(f.pid, used, answered, &reply)
}

func (z *Zone) await(pid int, used time.Duration, answered chan error, reply *front.Reply) (front.Reply, string) {
	ticker := time.NewTicker(200 * time.Millisecond)
	defer ticker.Stop()
	started := time.Now()
	for {
		select {
		case err := <-answered:
			if err != nil {
				return front.Reply{}, "memory"
			}
			return *reply, ""
		case <-ticker.C:
			if cell.CPUTime(pid)-used > seconds(z.Limits.CompileCPU) || time.Since(started) > 10*seconds(z.Limits.CompileWall) {
				_ = syscall.Kill(pid, syscall.SIGKILL)
				<-answered
				return front.Reply{}, "timeout_compile"
			}
		}
	}
}
