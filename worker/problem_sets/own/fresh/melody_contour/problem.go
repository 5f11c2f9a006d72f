package melodycontour

// MelodyContour writes the shape of a tune as its Parsons code: an asterisk for the first pitch, then for every
// further one U if it is higher than the pitch before, D if it is lower and R if it repeats it. Without pitches the
// code is empty.
//
// MelodyContour([]int{60, 62, 62, 59}) = "*URD"
// MelodyContour([]int{70}) = "*"
func MelodyContour(pitches []int) string {
	code := []byte{}
	for i, pitch := range pitches {
		switch {
		case i == 0:
			code = append(code, '*')
		case pitch > pitches[i-1]:
			code = append(code, 'U')
		case pitch < pitches[i-1]:
			code = append(code, 'D')
		default:
			code = append(code, 'R')
		}
	}
	return string(code)
}
