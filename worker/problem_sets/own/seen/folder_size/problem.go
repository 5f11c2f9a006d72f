package foldersize

// Folder holds files, given by their sizes, and further folders.
type Folder struct {
	Files   []int
	Folders []Folder
}

// FolderSize adds up the sizes of all files in a folder and in everything below it.
//
//	FolderSize(Folder{Files: [3 4]}) = 7
//	FolderSize(Folder{Files: [1], Folders: [{Files: [5]}]}) = 6
func FolderSize(folder Folder) int {
	size := 0
	for _, file := range folder.Files {
		size += file
	}
	for _, inner := range folder.Folders {
		size += FolderSize(inner)
	}
	return size
}
