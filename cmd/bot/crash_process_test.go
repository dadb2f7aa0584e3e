package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// childWithin is how long a child may take for anything before something is
// wrong: starting, dying, stopping.
const childWithin = 40 * time.Second

// noRaceSleep lets a child built with the race detector end at once: it sleeps a
// second otherwise.
const noRaceSleep = "GORACE=atexit_sleep_ms=0"

// process is a child as its parent sees it.
type process struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	ready   chan struct{} // closed when it takes updates
	ordered chan struct{} // an order was taken
	ended   chan struct{} // closed when it has ended
	err     error         // how; read after ended

	mu   sync.Mutex
	seen []point
	log  bytes.Buffer // its standard error
}

// startProcess starts a child with a first order. It ends with the test owner at
// the latest, of which t may be a part.
func startProcess(t, owner *testing.T, env []string, order string) *process {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := launch(t, owner, program, append([]string{childMark + "=1", noRaceSleep}, env...))
	p.order(t, order)
	return p
}

// launch starts a program with an environment of its own. It ends with the test
// owner at the latest, of which t may be a part.
func launch(t, owner *testing.T, program string, env []string) *process {
	t.Helper()
	p := &process{ready: make(chan struct{}), ordered: make(chan struct{}, 1), ended: make(chan struct{})}
	p.cmd = exec.Command(program)
	p.cmd.Env = append([]string{"HOME=" + os.Getenv("HOME"), "TMPDIR=" + os.TempDir()}, env...)
	p.cmd.Stderr = (*processLog)(p)
	var err error
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go p.listen(out)
	owner.Cleanup(func() {
		p.kill()
		<-p.ended
		log := p.output()
		if strings.Contains(log, "DATA RACE") {
			owner.Error("a child has a data race")
		}
		if owner.Failed() {
			owner.Logf("child %d said:\n%s", p.cmd.Process.Pid, log)
		}
	})
	return p
}

// listen hears what the child says until it has ended.
func (p *process) listen(out io.Reader) {
	for lines := bufio.NewScanner(out); lines.Scan(); {
		line := lines.Text()
		switch at, seen := strings.CutPrefix(line, saySeen); {
		case seen:
			if point, err := parsePoint(at); err == nil {
				p.mu.Lock()
				p.seen = append(p.seen, point)
				p.mu.Unlock()
			}
		case line == sayReady:
			close(p.ready)
		case line == sayOrdered:
			p.ordered <- struct{}{}
		}
	}
	p.err = p.cmd.Wait()
	close(p.ended)
}

// order tells the child what to do from now on.
func (p *process) order(t *testing.T, order string) {
	t.Helper()
	_, _ = fmt.Fprintln(p.in, order) // one that has ended is noticed below
	p.await(t, p.ordered, "take the order "+order)
}

// orderOf is the order to die at a point; none: to go on living.
func orderOf(at *point) string {
	if at == nil {
		return orderIdle
	}
	return orderKill + at.line()
}

func (p *process) awaitReady(t *testing.T) {
	t.Helper()
	p.await(t, p.ready, "start")
}

func (p *process) await(t *testing.T, done <-chan struct{}, what string) {
	t.Helper()
	timer := time.NewTimer(childWithin)
	defer timer.Stop()
	select {
	case <-done:
	case <-p.ended:
		t.Fatalf("the child ended (%v) and did not %s", p.err, what)
	case <-timer.C:
		t.Fatalf("the child did not %s in %s", what, childWithin)
	}
}

// awaitKilled waits until the child has killed itself.
func (p *process) awaitKilled(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), childWithin)
	defer cancel()
	select {
	case <-p.ended:
	case <-ctx.Done():
		t.Fatal("the child did not come to the point at which it should have been killed")
	}
	if !killed(p.err) {
		t.Fatalf("the child ended with %v, and should have been killed", p.err)
	}
}

func killed(err error) bool {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return false
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// kill is kill -9, from outside.
func (p *process) kill() { _ = p.cmd.Process.Kill() } // one that has ended stays so

// stop ends the child in the orderly way.
func (p *process) stop(t *testing.T) {
	t.Helper()
	p.terminate(t)
	p.awaitStopped(t)
}

// terminate asks the child to stop.
func (p *process) terminate(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatalf("stop the child: %v", err)
	}
}

// awaitStopped waits until a child that was asked to stop has done so.
func (p *process) awaitStopped(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), childWithin)
	defer cancel()
	select {
	case <-p.ended:
	case <-ctx.Done():
		t.Fatal("the child did not stop")
	}
	if p.err != nil {
		t.Fatalf("the child stopped with %v", p.err)
	}
}

// points gives what the child passed since it was asked last.
func (p *process) points() []point {
	p.mu.Lock()
	defer p.mu.Unlock()
	seen := p.seen
	p.seen = nil
	return seen
}

func (p *process) output() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

// processLog keeps what a child logs.
type processLog process

// Write keeps it.
func (l *processLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.log.Write(b)
}
