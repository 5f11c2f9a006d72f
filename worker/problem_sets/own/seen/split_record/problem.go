package splitrecord

// SplitRecord splits a line at its commas. A comma between double quotes does not count,
// and the quotes themselves are left out.
//
//	SplitRecord(`1,"Hill, Ann",x`) = ["1", "Hill, Ann", "x"]
//	SplitRecord("a,,b") = ["a", "", "b"]
func SplitRecord(line string) []string {
	fields := []string{""}
	quoted := false
	for _, r := range line {
		switch {
		case r == '"':
			quoted = !quoted
		case r == ',' && !quoted:
			fields = append(fields, "")
		default:
			fields[len(fields)-1] += string(r)
		}
	}
	return fields
}
