package main

import (
	"flag"
	"os"
	"runtime"
	"strconv"
	"testing"

	"go.uber.org/goleak"
)

// perProcessor is how many tests go on at a time for each processor, where
// -parallel does not say: they mostly wait, for leases, for answers and for
// processes to start.
const perProcessor = 2

// TestMain runs the tests, or, in a process that a test started, the bot itself
// or one of its subcommands.
func TestMain(m *testing.M) {
	if os.Getenv(childMark) != "" {
		os.Exit(runChild())
	}
	if os.Getenv(commandMark) != "" {
		os.Exit(exitCode(os.Args[1:]))
	}
	flag.Parse()
	const parallel = "test.parallel"
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == parallel })
	if !given {
		if err := flag.Set(parallel, strconv.Itoa(perProcessor*runtime.GOMAXPROCS(0))); err != nil {
			panic(err) // the testing package has this flag
		}
	}
	goleak.VerifyTestMain(m)
}
