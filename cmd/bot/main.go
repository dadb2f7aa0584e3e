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

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := command(ctx, os.Args[1:], os.Stdout)
	stop()
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, "bot:", err)
	var usage *usageError
	if errors.As(err, &usage) {
		os.Exit(2)
	}
	os.Exit(1)
}

// usageError is a call that names no subcommand, or names it wrong.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

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
	case "demo":
		return demo(ctx, args, out)
	case "run", "migrate", "healthcheck":
		if len(args) > 0 {
			return &usageError{fmt.Sprintf("%s takes no arguments; see bot -h", name)}
		}
	case "keys":
	default:
		return &usageError{fmt.Sprintf("no subcommand %q; see bot -h", name)}
	}
	if name == "keys" {
		return keys(ctx, args, out)
	}
	if name == "healthcheck" {
		return healthcheck(ctx, os.Environ())
	}
	cfg, err := loadSettings(os.Environ())
	if err != nil {
		return err
	}
	if name == "migrate" {
		return migrate(ctx, cfg, out)
	}
	return run(ctx, cfg, seams{})
}
