package main

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain runs the tests, or, in a process that a test started, the bot itself
// or one of its subcommands.
func TestMain(m *testing.M) {
	if os.Getenv(childMark) != "" {
		os.Exit(runChild())
	}
	if os.Getenv(commandMark) != "" {
		os.Exit(exitCode(os.Args[1:]))
	}
	goleak.VerifyTestMain(m)
}
