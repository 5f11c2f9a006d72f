package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"

	"tekhne/ruler/batch"
	"tekhne/ruler/cell"
	"tekhne/ruler/wire"
)

// config is the first line that the zone reads.
type config struct {
	Std      string      `json:"std"`
	Compile  string      `json:"compile"`
	Link     string      `json:"link"`
	Explain  string      `json:"explain"` // empty where there is none
	Language string      `json:"language"`
	ZoneInfo string      `json:"zone_info"` // Go's own time zones; empty where there are none
	Cores    int         `json:"cores"`     // that a program sees which asks
	Owner    int         `json:"owner"`
	Tools    int         `json:"tools"`
	Limits   wire.Limits `json:"limits"`
}

// inside serves batches. Confined, it is the first process of the sandbox, whose tree it builds in args[0].
func inside(args []string, confined bool) error {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<16)
	syscall.Umask(0o022) // what the linker makes is started by another user
	var c config
	if err := readLine(in, &c); err != nil {
		return err
	}
	z, err := newZone(c, confined)
	if err != nil {
		return err
	}
	if slices.Contains(args, asOrdinaryUser) {
		z.Users = cell.Users{Candidates: -1, Tools: -1}
	}
	if confined {
		if err := cell.Build(args[0], c.Std, c.ZoneInfo, z.Users); err != nil {
			return err
		}
		z.Std, z.Work, z.Jail = cell.StdDir, cell.WorkDir, cell.JailDir
	} else {
		base, err := plainFolders(z, c)
		if err != nil {
			return err
		}
		defer os.RemoveAll(base)
	}
	if err := z.Prepare(); err != nil {
		return err
	}
	defer z.Close()
	if err := writeLine(out, map[string]any{"ready": true, "facts": cell.Facts(z.Users, confined)}); err != nil {
		return err
	}
	return serve(z, in, out)
}

func newZone(c config, confined bool) (*batch.Zone, error) {
	z := &batch.Zone{Language: c.Language, Limits: c.Limits, Cores: max(c.Cores, 1), Confined: confined, Users: cell.Users{Candidates: -1, Tools: -1}, Explain: -1}
	if confined && c.Owner > 0 {
		z.Users = cell.Users{Candidates: c.Owner, Tools: c.Tools}
	}
	for _, program := range []struct {
		path string
		fd   *int
	}{{c.Compile, &z.Compile}, {c.Link, &z.Link}, {"/proc/self/exe", &z.Self}, {c.Explain, &z.Explain}} {
		if program.path == "" {
			continue
		}
		fd, err := syscall.Open(program.path, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", program.path, err)
		}
		if *program.fd, err = unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 200); err != nil {
			return nil, err
		}
	}
	return z, nil
}

// plainFolders are the zone's folders where nothing confines it.
func plainFolders(z *batch.Zone, c config) (base string, err error) {
	if base, err = os.MkdirTemp("", "tekhne-plain-"); err != nil {
		return "", err
	}
	z.Std, z.Work, z.Jail = c.Std, filepath.Join(base, "work"), filepath.Join(base, "jail")
	if err := os.Mkdir(z.Work, 0o700); err != nil {
		return "", err
	}
	return base, os.Mkdir(z.Jail, 0o700)
}

func serve(z *batch.Zone, in *bufio.Reader, out *bufio.Writer) error {
	for {
		var b wire.Batch
		err := readLine(in, &b)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		send := func(answer *wire.Answer) {
			if writeLine(out, answer) != nil {
				os.Exit(1) // nobody listens any more; all that runs here ends with the first process
			}
		}
		switch {
		case b.ReadOnly:
			z.Read(b, send)
		case len(b.Chosen) > 0:
			z.JudgeRead(b.Chosen, b.Retakes, send)
		default:
			z.Judge(b, send)
		}
		if err := writeLine(out, wire.Done{Done: true}); err != nil {
			return err
		}
	}
}

func readLine(in *bufio.Reader, value any) error {
	line, err := in.ReadBytes('\n')
	if err != nil {
		return err
	}
	return json.Unmarshal(line, value)
}

func writeLine(out *bufio.Writer, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	_, _ = out.Write(append(text, '\n'))
	return out.Flush()
}
