#include "textflag.h"

// func emit(text *byte, size uintptr)
TEXT ·emit(SB), NOSPLIT, $0-16
	MOVQ text+0(FP), SI
	MOVQ size+8(FP), DX
	MOVQ $3, DI // the socket
	MOVQ $1, AX // write
	SYSCALL
	RET

// func emitEntry() uintptr
TEXT ·emitEntry(SB), NOSPLIT, $0-8
	LEAQ ·emit(SB), AX
	MOVQ AX, ret+0(FP)
	RET
