package pgtest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// alive is the end of the watchers' pipe that this process holds. Nobody ever
// writes to it: the kernel closes it when the process ends, even by kill -9,
// and no child inherits it.
var alive []*os.File

// watch starts a command whose input ends when this process does. A group of
// its own keeps it from signals that end the tests from a terminal.
func watch(cmd *exec.Cmd) error {
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	cmd.Stdin = read
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = new(syscall.SysProcAttr)
	}
	cmd.SysProcAttr.Setpgid = true
	err = errors.Join(cmd.Start(), read.Close())
	if err != nil {
		return errors.Join(fmt.Errorf("start %s: %w", cmd.Path, err), write.Close())
	}
	alive = append(alive, write)
	return nil
}
