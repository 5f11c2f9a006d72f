package chunknames

// ChunkNames deals a list of names out to tables of size seats each, in order. The last table may have empty seats.
//
//	ChunkNames(["a", "b", "c"], 2) = [["a" "b"] ["c"]]
//	ChunkNames([], 4) = []
func ChunkNames(names []string, size int) [][]string {
	tables := [][]string{}
	for start := 0; start < len(names); start += size {
		end := min(start+size, len(names))
		tables = append(tables, names[start:end])
	}
	return tables
}
