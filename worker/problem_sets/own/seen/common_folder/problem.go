package commonfolder

import "strings"

// CommonFolder returns the deepest folder that contains all the given absolute file paths, without a final slash.
// If only the root does, or there are no paths, it returns "".
//
//	CommonFolder(["/a/b/x.go", "/a/b/c/y.go"]) = "/a/b"
//	CommonFolder(["/a/x", "/ab/x"]) = ""
func CommonFolder(paths []string) string {
	if len(paths) == 0 {
		return ""
	}
	folder := paths[0]
	for _, path := range paths {
		for !strings.HasPrefix(path, folder+"/") {
			folder = folder[:strings.LastIndex(folder, "/")]
		}
	}
	return folder
}
