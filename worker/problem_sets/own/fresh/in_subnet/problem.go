package insubnet

import (
	"strconv"
	"strings"
)

// InSubnet tells whether an IPv4 address lies in a block written as address/length: whether both addresses agree in
// their first length bits (0 to 32). Both arguments are well-formed.
//
// InSubnet("192.168.7.1", "192.168.0.0/16") = true
// InSubnet("10.0.0.8", "10.0.0.0/29") = false
func InSubnet(address, block string) bool {
	base, bits, _ := strings.Cut(block, "/")
	length, _ := strconv.Atoi(bits)
	ignored := 32 - length
	return packed(address)>>ignored == packed(base)>>ignored
}

// packed is the address as one number of 32 bits.
func packed(address string) int {
	number := 0
	for _, part := range strings.Split(address, ".") {
		octet, _ := strconv.Atoi(part)
		number = number*256 + octet
	}
	return number
}
