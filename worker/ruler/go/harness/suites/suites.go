// Package suites hides the flag by which testify chooses a suite's tests. Programs whose tests are such suites are
// compiled with it, so that it is ready before any candidate's init.
package suites

import (
	_ "github.com/stretchr/testify/suite"

	"tekhne/ruler/harness"
)

func init() { harness.Hide("testify.m") }
