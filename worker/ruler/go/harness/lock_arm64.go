package harness

import "unsafe"

const (
	seccompCall  = 277
	sendmmsgCall = 269
)

// afterSystemCall is the address after the SVC instruction in the code at entry, 0 if there is none.
func afterSystemCall(entry uintptr) uintptr {
	code := unsafe.Slice(*(**uint32)(unsafe.Pointer(&entry)), 16)
	for i, word := range code {
		if word == 0xd4000001 {
			return entry + uintptr(i+1)*4
		}
	}
	return 0
}
