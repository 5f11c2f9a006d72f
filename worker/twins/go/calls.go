package main

import (
	"go/ast"
	"go/token"
)

// calls are the checks of the entry point whose arguments and expected value are written out.
func (s *source) calls(entry string) []Call {
	found := []Call{}
	ast.Inspect(s.file, func(node ast.Node) bool {
		check, ok := node.(*ast.CallExpr)
		if !ok {
			return true
		}
		selector, ok := check.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		arguments := check.Args
		if len(arguments) > 0 {
			if name, ok := arguments[0].(*ast.Ident); ok && name.Name == "t" {
				arguments = arguments[1:]
			}
		}
		one := Call{Check: selector.Sel.Name, Name: s.span(selector.Sel), Arguments: []Argument{}}
		switch {
		case one.Check == "Equal" && len(arguments) == 2 && isLiteral(arguments[0]):
			one.Expected = s.span(arguments[0])
		case (one.Check == "True" || one.Check == "False") && len(arguments) == 1:
		default:
			return true
		}
		if call, ok := arguments[len(arguments)-1].(*ast.CallExpr); ok && s.fill(&one, call, entry) {
			found = append(found, one)
		}
		return true
	})
	return found
}

// fill describes a call of the entry point; false if it is another call, or not all of it is literal.
func (s *source) fill(one *Call, call *ast.CallExpr, entry string) bool {
	if name, ok := call.Fun.(*ast.Ident); !ok || name.Name != entry {
		return false
	}
	one.Call = s.span(call)
	for _, argument := range call.Args {
		if !isLiteral(argument) {
			return false
		}
		_, isList := argument.(*ast.CompositeLit)
		one.Arguments = append(one.Arguments, Argument{Scalar: !isList, Literals: s.literalsOf(argument)})
	}
	return true
}

func isLiteral(expression ast.Expr) bool {
	switch e := expression.(type) {
	case *ast.BasicLit:
		return true
	case *ast.Ident:
		return e.Name == "true" || e.Name == "false" || e.Name == "nil"
	case *ast.UnaryExpr:
		return e.Op == token.SUB && isLiteral(e.X)
	case *ast.KeyValueExpr:
		return isLiteral(e.Key) && isLiteral(e.Value)
	case *ast.CompositeLit:
		for _, element := range e.Elts {
			if !isLiteral(element) {
				return false
			}
		}
		return true
	}
	return false
}

// literalsOf are the numbers and texts of an argument; those of a map's keys or a type are of kind KEY and TYPE.
func (s *source) literalsOf(expression ast.Expr) []Literal {
	found := []Literal{}
	add := func(kind string, node ast.Node) {
		at := s.span(node)
		found = append(found, Literal{Kind: kind, Span: at, Text: s.text[s.head+at[0] : s.head+at[1]]})
	}
	var walk func(ast.Expr)
	walk = func(expression ast.Expr) {
		switch e := expression.(type) {
		case *ast.BasicLit:
			add(e.Kind.String(), e)
		case *ast.UnaryExpr:
			if number, ok := e.X.(*ast.BasicLit); ok {
				add(number.Kind.String(), e)
			}
		case *ast.KeyValueExpr:
			add("KEY", e.Key)
			walk(e.Value)
		case *ast.CompositeLit:
			for _, element := range e.Elts {
				walk(element)
			}
		}
	}
	walk(expression)
	return found
}
