// Package allowed names the packages outside the standard library that a candidate may use, so that go.mod pins them.
package allowed

import (
	_ "github.com/stretchr/testify/assert"  // what HumanEval-X tests with
	_ "github.com/stretchr/testify/require" // its strict twin
)
