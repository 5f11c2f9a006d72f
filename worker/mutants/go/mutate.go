package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
)

// Operator names one way of breaking a program; the closed list that Python's MutationOperator mirrors.
type Operator string

const (
	WrongOperator    Operator = "wrong_operator"
	OffByOne         Operator = "off_by_one"
	RemovedReturn    Operator = "removed_return"
	NegatedCondition Operator = "negated_condition"
	ChangedConstant  Operator = "changed_constant"
	RemovedStatement Operator = "removed_statement"
)

// Mutant is a solution with one edit.
type Mutant struct {
	Operator Operator `json:"operator"`
	// Line is 1-based within the solution.
	Line        int    `json:"line"`
	Original    string `json:"original"`
	Replacement string `json:"replacement"`
	Solution    string `json:"solution"`
	// Equivalent says why the mutant provably computes the same; empty where nothing is proved.
	Equivalent string `json:"equivalent"`
}

// site is the file under mutation: a tree, its text, and where the solution begins.
type site struct {
	files   *token.FileSet
	file    *ast.File
	text    string
	start   int
	parents map[ast.Node]ast.Node
	mutants []Mutant
	seen    map[string]bool
}

const packageClause = "package p\n\n"

// Mutate returns every mutant of solution, in the order of their places. Only the solution is touched.
func Mutate(prefix, solution string) ([]Mutant, error) {
	if !opensPackage(prefix) {
		prefix = packageClause + prefix
	}
	s := &site{
		files:   token.NewFileSet(),
		text:    prefix + solution,
		start:   len(prefix),
		parents: map[ast.Node]ast.Node{},
		mutants: []Mutant{},
		seen:    map[string]bool{solution: true},
	}
	file, err := parser.ParseFile(s.files, "solution.go", s.text, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	s.file = file
	s.linkParents()
	ast.Inspect(file, func(node ast.Node) bool {
		if node != nil {
			s.visit(node)
		}
		return true
	})
	return s.mutants, nil
}

func opensPackage(prefix string) bool {
	_, err := parser.ParseFile(token.NewFileSet(), "prefix.go", prefix, parser.PackageClauseOnly)
	return err == nil
}

func (s *site) linkParents() {
	var above []ast.Node
	ast.Inspect(s.file, func(node ast.Node) bool {
		if node == nil {
			above = above[:len(above)-1]
			return true
		}
		if len(above) > 0 {
			s.parents[node] = above[len(above)-1]
		}
		above = append(above, node)
		return true
	})
}

// visit tries every operator on one node.
func (s *site) visit(node ast.Node) {
	switch n := node.(type) {
	case *ast.BinaryExpr:
		s.mutateBinary(n)
	case *ast.AssignStmt:
		s.mutateAssign(n)
	case *ast.IncDecStmt:
		s.mutateIncDec(n)
	case *ast.BasicLit:
		s.mutateLiteral(n)
	case *ast.Ident:
		s.mutateBool(n)
	case *ast.ReturnStmt:
		s.mutateReturn(n)
	case *ast.IfStmt:
		s.negate(n.Cond)
	case *ast.ForStmt:
		if n.Cond != nil {
			s.negate(n.Cond)
		}
	case *ast.ExprStmt, *ast.BranchStmt:
		s.remove(n)
	}
}

// replace adds the mutant that has text in place of the source from pos to end.
func (s *site) replace(op Operator, pos, end token.Pos, text, equivalent string) {
	from, to := s.offset(pos), s.offset(end)
	if from < s.start {
		return
	}
	solution := s.text[s.start:from] + text + s.text[to:]
	if s.seen[solution] {
		return
	}
	s.seen[solution] = true
	s.mutants = append(s.mutants, Mutant{
		Operator:    op,
		Line:        1 + strings.Count(s.text[s.start:from], "\n"),
		Original:    s.text[from:to],
		Replacement: text,
		Solution:    solution,
		Equivalent:  equivalent,
	})
}

func (s *site) offset(pos token.Pos) int { return s.files.Position(pos).Offset }

func (s *site) source(node ast.Node) string {
	return s.text[s.offset(node.Pos()):s.offset(node.End())]
}
