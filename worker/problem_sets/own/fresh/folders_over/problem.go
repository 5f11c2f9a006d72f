package foldersover

type Folder struct {
	Name    string
	Files   []int
	Folders []Folder
}

// FoldersOver returns the names of all folders, root among them, that take up more than limit bytes together with
// everything inside them. Files holds the sizes of the files that lie directly in a folder. A folder is named before
// those inside it, and these in their order.
//
// root := Folder{"home", []int{5}, []Folder{{"music", []int{70, 40}, nil}, {"notes", []int{8}, nil}}}
// FoldersOver(root, 100) = [home music]
// FoldersOver(root, 120) = [home]
func FoldersOver(root Folder, limit int) []string {
	names := []string{}
	if size(root) > limit {
		names = append(names, root.Name)
	}
	for _, inner := range root.Folders {
		names = append(names, FoldersOver(inner, limit)...)
	}
	return names
}

func size(folder Folder) int {
	total := 0
	for _, file := range folder.Files {
		total += file
	}
	for _, inner := range folder.Folders {
		total += size(inner)
	}
	return total
}
