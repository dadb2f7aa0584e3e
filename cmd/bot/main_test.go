package main

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain runs the tests, or, in a process that a crash test started, the bot
// itself.
func TestMain(m *testing.M) {
	if os.Getenv(childMark) != "" {
		os.Exit(runChild())
	}
	goleak.VerifyTestMain(m)
}
