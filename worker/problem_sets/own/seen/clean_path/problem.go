package cleanpath

import "strings"

// CleanPath simplifies an absolute path: empty parts and "." vanish, and ".." takes away the part before it.
// At the root ".." does nothing.
//
//	CleanPath("/home/./user//docs") = "/home/user/docs"
//	CleanPath("/a/b/../../../c") = "/c"
func CleanPath(path string) string {
	var kept []string
	for _, part := range strings.Split(path, "/") {
		switch {
		case part == "" || part == ".":
			continue
		case part != "..":
			kept = append(kept, part)
		case len(kept) > 0:
			kept = kept[:len(kept)-1]
		}
	}
	return "/" + strings.Join(kept, "/")
}
