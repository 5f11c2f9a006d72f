package spiralposition

// SpiralPosition tells where number n (at least 1) stands on the number spiral: 1 stands at (0, 0), 2 to the right of
// it at (1, 0), 3 above that at (1, 1), and so on counter-clockwise around the numbers before, without gaps. It
// returns x, which grows to the right, and y, which grows upwards.
//
// SpiralPosition(4) = 0, 1
// SpiralPosition(10) = 2, -1
func SpiralPosition(n int) (int, int) {
	x, y := 0, 0
	dx, dy := 1, 0
	left := n - 1
	// The sides of the spiral are 1, 1, 2, 2, 3, 3, ... steps long.
	for side := 2; left > 0; side++ {
		steps := min(side/2, left)
		x, y = x+dx*steps, y+dy*steps
		dx, dy = -dy, dx
		left -= steps
	}
	return x, y
}
