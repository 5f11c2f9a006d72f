package transposenote

import (
	"slices"
	"strconv"
	"strings"
)

// TransposeNote moves a note up by the given number of semitones (down if negative). A note is a name out of
// C, C#, D, D#, E, F, F#, G, G#, A, A#, B and one digit for its octave; each octave begins with C. The answer
// always lies in the octaves 0 to 9.
//
// TransposeNote("A4", 3) = "C5"
// TransposeNote("C#3", -2) = "B2"
func TransposeNote(note string, semitones int) string {
	names := strings.Fields("C C# D D# E F F# G G# A A# B")
	last := len(note) - 1
	pitch := slices.Index(names, note[:last]) + len(names)*int(note[last]-'0') + semitones
	return names[pitch%len(names)] + strconv.Itoa(pitch/len(names))
}
