package cansplitteams

// CanSplitTeams tells whether people numbered 0 to people-1 can be divided into two teams so that no two rivals are
// in the same team. A team may stay empty.
//
// CanSplitTeams(3, [][2]int{{0, 1}, {1, 2}}) = true
// CanSplitTeams(3, [][2]int{{0, 1}, {1, 2}, {2, 0}}) = false
func CanSplitTeams(people int, rivals [][2]int) bool {
	against := make([][]int, people)
	for _, pair := range rivals {
		against[pair[0]] = append(against[pair[0]], pair[1])
		against[pair[1]] = append(against[pair[1]], pair[0])
	}
	team := make([]int, people)
	for person := range people {
		if team[person] == 0 && !assign(against, team, person, 1) {
			return false
		}
	}
	return true
}

// assign puts person on a side, and with that everyone whose side follows from it; it tells whether all fits.
func assign(against [][]int, team []int, person, side int) bool {
	if team[person] != 0 {
		return team[person] == side
	}
	team[person] = side
	for _, rival := range against[person] {
		if !assign(against, team, rival, -side) {
			return false
		}
	}
	return true
}
