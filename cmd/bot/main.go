// Command bot runs Bazarbot: a Telegram bot from which a seller runs their
// classified ads. See the README for its subcommands and settings.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // the markets' local times, also in an empty image
)

func main() { os.Exit(exitCode(os.Args[1:])) }

// exitCode runs the command line and tells how it went: 0 well, 1 not, 2 for a
// call that names no subcommand, or names it wrong.
func exitCode(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := command(ctx, args, os.Stdout)
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, "bot:", err)
	var usage *usageError
	if errors.As(err, &usage) {
		return 2
	}
	return 1
}

// usageError is a call that names no subcommand, or names it wrong.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

// subcommand is what the first argument names.
type subcommand func(ctx context.Context, args []string, out io.Writer) error

var subcommands = map[string]subcommand{
	"run":          runCommand,
	"demo":         demo,
	"healthcheck":  healthcheckCommand,
	"backup":       backup,
	"restore":      restore,
	"migrate":      migrate,
	"migrate-data": migrateData,
	"keys":         keys,
	"learn":        learn,
}

// command runs one subcommand.
func command(ctx context.Context, args []string, out io.Writer) error {
	name := "run"
	if len(args) > 0 {
		name, args = args[0], args[1:]
	}
	switch name {
	case "-h", "--help", "help":
		_, err := fmt.Fprint(out, helpText())
		return err
	}
	do, ok := subcommands[name]
	if !ok {
		return &usageError{fmt.Sprintf("no subcommand %q; see bot -h", name)}
	}
	return do(ctx, args, out)
}

func runCommand(ctx context.Context, args []string, _ io.Writer) error {
	if len(args) > 0 {
		return &usageError{"run takes no arguments; see bot -h"}
	}
	cfg, err := loadSettings(os.Environ())
	if err != nil {
		return err
	}
	return run(ctx, cfg, seams{})
}

func healthcheckCommand(ctx context.Context, args []string, _ io.Writer) error {
	if len(args) > 0 {
		return &usageError{"healthcheck takes no arguments; see bot -h"}
	}
	return healthcheck(ctx, os.Environ())
}
