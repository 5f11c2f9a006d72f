package main

import (
	"go/ast"
	"go/token"
	"strconv"
	"strings"
)

// swapped is the operator that a slip of thought writes instead.
var swapped = map[token.Token]token.Token{
	token.ADD: token.SUB, token.SUB: token.ADD, token.MUL: token.QUO, token.QUO: token.MUL, token.REM: token.MUL,
	token.EQL: token.NEQ, token.NEQ: token.EQL,
	token.LSS: token.GTR, token.GTR: token.LSS, token.LEQ: token.GEQ, token.GEQ: token.LEQ,
	token.LAND: token.LOR, token.LOR: token.LAND,
	token.AND: token.OR, token.OR: token.AND, token.XOR: token.AND, token.SHL: token.SHR, token.SHR: token.SHL,
	token.ADD_ASSIGN: token.SUB_ASSIGN, token.SUB_ASSIGN: token.ADD_ASSIGN,
	token.MUL_ASSIGN: token.QUO_ASSIGN, token.QUO_ASSIGN: token.MUL_ASSIGN, token.REM_ASSIGN: token.MUL_ASSIGN,
	token.AND_ASSIGN: token.OR_ASSIGN, token.OR_ASSIGN: token.AND_ASSIGN, token.XOR_ASSIGN: token.OR_ASSIGN,
	token.SHL_ASSIGN: token.SHR_ASSIGN, token.SHR_ASSIGN: token.SHL_ASSIGN,
	token.INC: token.DEC, token.DEC: token.INC,
}

// nudged is the comparison that differs on the boundary only.
var nudged = map[token.Token]token.Token{
	token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR,
}

func (s *site) mutateBinary(n *ast.BinaryExpr) {
	if s.onlyReservesSpace(n) {
		return
	}
	end := n.OpPos + token.Pos(len(n.Op.String()))
	if other, ok := nudged[n.Op]; ok {
		s.replace(OffByOne, n.OpPos, end, other.String(), s.sameOnBoundary(n))
	}
	if other, ok := swapped[n.Op]; ok && !s.concatenates(n) {
		s.replace(WrongOperator, n.OpPos, end, other.String(), "")
	}
}

// concatenates tells a sum of texts, which has no opposite: a mutant would only fail to compile.
func (s *site) concatenates(n *ast.BinaryExpr) bool {
	isText := func(e ast.Expr) bool {
		literal, ok := e.(*ast.BasicLit)
		return ok && literal.Kind == token.STRING
	}
	return n.Op == token.ADD && (isText(n.X) || isText(n.Y))
}

func (s *site) mutateAssign(n *ast.AssignStmt) {
	if other, ok := swapped[n.Tok]; ok {
		s.replace(WrongOperator, n.TokPos, n.TokPos+token.Pos(len(n.Tok.String())), other.String(), "")
	}
	if n.Tok != token.DEFINE {
		s.remove(n)
	}
}

func (s *site) mutateIncDec(n *ast.IncDecStmt) {
	s.replace(WrongOperator, n.TokPos, n.TokPos+2, swapped[n.Tok].String(), "")
	s.remove(n)
}

func (s *site) negate(cond ast.Expr) {
	s.replace(NegatedCondition, cond.Pos(), cond.End(), "!("+s.source(cond)+")", "")
}

func (s *site) mutateBool(n *ast.Ident) {
	other := map[string]string{"true": "false", "false": "true"}[n.Name]
	if other == "" || s.isKey(n) || s.inSetInsert(n) {
		return
	}
	s.replace(ChangedConstant, n.Pos(), n.End(), other, "")
}

func (s *site) mutateLiteral(n *ast.BasicLit) {
	if s.onlyReservesSpace(n) {
		return
	}
	switch parent := s.parents[n].(type) {
	case *ast.ImportSpec, *ast.Field:
		return
	case *ast.ArrayType:
		if parent.Len == n {
			return
		}
	}
	if changed, ok := changedLiteral(n); ok {
		s.replace(ChangedConstant, n.Pos(), n.End(), changed, "")
	}
}

// changedLiteral is a neighbour of the literal's value.
func changedLiteral(n *ast.BasicLit) (string, bool) {
	switch n.Kind {
	case token.INT:
		value, err := strconv.ParseInt(n.Value, 0, 64)
		return strconv.FormatInt(value+1, 10), err == nil
	case token.FLOAT:
		return "(" + n.Value + " + 1)", true
	case token.STRING:
		if value, err := strconv.Unquote(n.Value); err == nil && value != "" {
			return `""`, true
		}
		return `"mutant"`, true
	case token.CHAR:
		value, _, _, err := strconv.UnquoteChar(strings.Trim(n.Value, "'"), '\'')
		return strconv.QuoteRune(value + 1), err == nil
	}
	return "", false
}

// mutateReturn lets the function return zero values, spelled *new(T) so that any type will do.
func (s *site) mutateReturn(n *ast.ReturnStmt) {
	results := s.resultTypes(n)
	if len(n.Results) == 0 || len(results) == 0 || s.allZero(n.Results) {
		return
	}
	zeros := make([]string, len(results))
	for i, result := range results {
		zeros[i] = "*new(" + result + ")"
	}
	s.replace(RemovedReturn, n.Pos(), n.End(), "return "+strings.Join(zeros, ", "), "")
}

// resultTypes spells the result types of the function around n, one a value.
func (s *site) resultTypes(n ast.Node) []string {
	var signature *ast.FuncType
	for at := s.parents[n]; at != nil && signature == nil; at = s.parents[at] {
		switch function := at.(type) {
		case *ast.FuncLit:
			signature = function.Type
		case *ast.FuncDecl:
			signature = function.Type
		}
	}
	var types []string
	if signature == nil || signature.Results == nil {
		return types
	}
	for _, field := range signature.Results.List {
		for range max(1, len(field.Names)) {
			types = append(types, s.source(field.Type))
		}
	}
	return types
}

// remove blanks a statement that stands in a list; the header of a for or if is left alone.
func (s *site) remove(n ast.Node) {
	switch s.parents[n].(type) {
	case *ast.BlockStmt, *ast.CaseClause:
		s.replace(RemovedStatement, n.Pos(), n.End(), "", "")
	}
}
