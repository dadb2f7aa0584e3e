package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// commandMark in its environment makes this test program one of the bot's
// subcommands, as from a shell.
const commandMark = "BAZARBOT_TEST_COMMAND"

// said is what a subcommand printed, and how it ended.
type said struct {
	out, err string
	code     int
}

// shell runs a subcommand in a process of its own, with nothing but the given
// settings.
func shell(t *testing.T, settings []string, args ...string) said {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append([]string{commandMark + "=1", "TMPDIR=" + os.TempDir(), noRaceSleep}, settings...)
	var out, log strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &log
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return said{out.String(), log.String(), cmd.ProcessState.ExitCode()}
}

// does runs a subcommand that must succeed, and gives what it printed.
func does(t *testing.T, settings []string, args ...string) string {
	t.Helper()
	got := shell(t, settings, args...)
	if got.code != 0 {
		t.Fatalf("bot %s: exit code %d: %s", strings.Join(args, " "), got.code, got.err)
	}
	return got.out
}

// refuses runs a subcommand that must fail, and say why.
func refuses(t *testing.T, settings []string, why string, args ...string) {
	t.Helper()
	got := shell(t, settings, args...)
	if got.code != 1 || !strings.Contains(got.err, why) {
		t.Errorf("bot %s: exit code %d, not 1 with %q: %s%s", strings.Join(args, " "), got.code, why, got.out, got.err)
	}
}
