package blendhex

import (
	"fmt"
	"strconv"
)

// BlendHex mixes two colours given as "#rrggbb" in hexadecimal digits of either case. Each of the three channels of
// the result is the mean of the two given ones, rounded down. The answer is written in lower case.
//
// BlendHex("#000000", "#ffffff") = "#7f7f7f"
// BlendHex("#FF0010", "#010020") = "#800018"
func BlendHex(first, second string) string {
	blend := "#"
	for at := 1; at < len(first); at += 2 {
		mean := (channel(first[at:at+2]) + channel(second[at:at+2])) / 2
		blend += fmt.Sprintf("%02x", mean)
	}
	return blend
}

func channel(digits string) uint64 {
	value, _ := strconv.ParseUint(digits, 16, 64)
	return value
}
