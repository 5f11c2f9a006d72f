package front

import (
	"encoding/gob"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"tekhne/ruler/wire"
)

// Serve answers requests until the input ends.
func Serve(folder, language string, in io.Reader, out io.Writer) error {
	debug.SetGCPercent(400)
	f := New(folder, language)
	requests, replies := gob.NewDecoder(in), gob.NewEncoder(out)
	for {
		var request Request
		if err := requests.Decode(&request); err != nil {
			if err == io.EOF {
				return nil
			}
			return err
		}
		var item wire.Item
		if err := json.Unmarshal(request.Item, &item); err != nil {
			return err
		}
		if err := replies.Encode(f.Read(item, request.Number, request.Legacy)); err != nil {
			return err
		}
	}
}

// packagesIn are the import paths that a program may name, those included that the policy refuses.
func packagesIn(folder string) (paths []string) {
	_ = filepath.WalkDir(folder, func(file string, _ fs.DirEntry, err error) error {
		path, isArchive := strings.CutSuffix(strings.TrimPrefix(file, folder+"/"), ".a")
		if err == nil && isArchive && !strings.Contains(path, "internal") && !strings.HasPrefix(path, "tekhne/") {
			paths = append(paths, path)
		}
		return nil
	})
	return paths
}

// Main is the front process: requests on standard input, replies on standard output.
func Main(folder, language string) error { return Serve(folder, language, os.Stdin, os.Stdout) }
