package main

import (
	"go/ast"
	"go/token"
)

// What is provable from the text alone. Everything else that survives is reported, and a person decides.

// onlyReservesSpace tells whether n stands in a capacity or size hint of make, which no result depends on.
func (s *site) onlyReservesSpace(n ast.Node) bool {
	for child, at := n, s.parents[n]; at != nil; child, at = at, s.parents[at] {
		call, ok := at.(*ast.CallExpr)
		if !ok {
			continue
		}
		if name, ok := call.Fun.(*ast.Ident); ok && name.Name == "make" && len(call.Args) > 1 {
			_, isMap := call.Args[0].(*ast.MapType)
			return call.Args[len(call.Args)-1] == child && (isMap || len(call.Args) == 3)
		}
	}
	return false
}

// isKey tells a name that labels a field in a composite literal.
func (s *site) isKey(n *ast.Ident) bool {
	pair, ok := s.parents[n].(*ast.KeyValueExpr)
	return ok && pair.Key == n
}

// inSetInsert tells `seen[x] = true`: as false, a set read by membership with two values is the same, and one read by
// value is caught by removing the statement, which is generated as well.
func (s *site) inSetInsert(n *ast.Ident) bool {
	assign, ok := s.parents[n].(*ast.AssignStmt)
	if !ok || len(assign.Lhs) != 1 || n.Name != "true" {
		return false
	}
	_, indexed := assign.Lhs[0].(*ast.IndexExpr)
	return indexed
}

// allZero tells whether every result is already written as a zero value.
func (s *site) allZero(results []ast.Expr) bool {
	for _, result := range results {
		switch s.source(result) {
		case "0", "0.0", "nil", "false", `""`, "``":
		default:
			return false
		}
	}
	return true
}

// sameOnBoundary proves that a comparison may include or exclude equality: where both sides are equal, taking the
// branch changes nothing. Returns the reason, or an empty string.
func (s *site) sameOnBoundary(n *ast.BinaryExpr) string {
	branch, ok := s.parents[n].(*ast.IfStmt)
	if !ok || branch.Cond != n || branch.Else != nil || branch.Init != nil || len(branch.Body.List) != 1 {
		return ""
	}
	x, y := s.source(n.X), s.source(n.Y)
	switch step := branch.Body.List[0].(type) {
	case *ast.AssignStmt:
		return s.sameAssigned(step, x, y)
	case *ast.ReturnStmt:
		return s.sameReturned(branch, step, x, y)
	}
	return ""
}

func (s *site) sameAssigned(step *ast.AssignStmt, x, y string) string {
	if step.Tok != token.ASSIGN {
		return ""
	}
	switch {
	case len(step.Lhs) == 1 && len(step.Rhs) == 1:
		to, from := s.source(step.Lhs[0]), s.source(step.Rhs[0])
		if samePair(to, from, x, y) {
			return "assigns one of two equal values to the other"
		}
		if negates(to, from, x, y) {
			return "negates zero"
		}
	case len(step.Lhs) == 2 && len(step.Rhs) == 2:
		a, b := s.source(step.Lhs[0]), s.source(step.Lhs[1])
		if samePair(a, b, x, y) && s.source(step.Rhs[0]) == b && s.source(step.Rhs[1]) == a {
			return "swaps two equal values"
		}
	}
	return ""
}

// sameReturned looks at `if x < y { return x }; return y`.
func (s *site) sameReturned(branch *ast.IfStmt, step *ast.ReturnStmt, x, y string) string {
	next, ok := s.statementAfter(branch).(*ast.ReturnStmt)
	if !ok || len(step.Results) != 1 || len(next.Results) != 1 {
		return ""
	}
	first, second := s.source(step.Results[0]), s.source(next.Results[0])
	if samePair(first, second, x, y) {
		return "returns one of two equal values"
	}
	if negates(second, first, x, y) {
		return "negates zero"
	}
	return ""
}

func (s *site) statementAfter(n ast.Stmt) ast.Stmt {
	block, ok := s.parents[n].(*ast.BlockStmt)
	if !ok {
		return nil
	}
	for i, statement := range block.List[:len(block.List)-1] {
		if statement == n {
			return block.List[i+1]
		}
	}
	return nil
}

func samePair(a, b, x, y string) bool { return a == x && b == y || a == y && b == x }

// negates tells whether value turned into -value where value is compared with zero.
func negates(value, negated, x, y string) bool {
	return negated == "-"+value && samePair(value, "0", x, y)
}
