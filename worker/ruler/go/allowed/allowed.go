// Package allowed names the packages outside the standard library that every ruler offers to candidates and tests, so
// that go.mod pins them. None may lead to raw system calls or memory: a candidate can import what it depends on as well.
package allowed

import (
	_ "github.com/google/go-cmp/cmp"
	_ "github.com/google/go-cmp/cmp/cmpopts"
	_ "github.com/stretchr/testify/assert"  // what HumanEval-X tests with
	_ "github.com/stretchr/testify/require" // its strict twin
	_ "github.com/stretchr/testify/suite"
	_ "golang.org/x/exp/constraints"
	_ "golang.org/x/exp/maps"
	_ "golang.org/x/exp/rand"
	_ "golang.org/x/exp/slices"
)
