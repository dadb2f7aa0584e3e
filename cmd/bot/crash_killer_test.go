package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// moment is on which side of a step something happens. After a step the
// database, or the remote, has it and the caller never learns.
type moment string

const (
	momentBefore moment = "before"
	momentAfter  moment = "after"
)

// point is an exact place in the life of a process: around the N-th time, from
// 1, that it takes a step.
type point struct {
	Step string // "Commit user: screen", "POST /images"
	N    int
	When moment
}

func (p point) String() string { return fmt.Sprintf("%s %s #%d", p.When, p.Step, p.N) }

// line is the point as it goes through a pipe.
func (p point) line() string { return fmt.Sprintf("%s %d %s", p.When, p.N, p.Step) }

func parsePoint(line string) (point, error) {
	parts := strings.SplitN(line, " ", 3)
	if len(parts) != 3 {
		return point{}, fmt.Errorf("no point: %q", line)
	}
	n, err := strconv.Atoi(parts[1])
	return point{Step: parts[2], N: n, When: moment(parts[0])}, err
}

// killer ends its own process at a point, or tells the points it passes. It
// starts idle.
type killer struct {
	mu     sync.Mutex
	tell   io.Writer // nil: keep silent
	target *point
	passed map[point]int // by the point with N 0
}

// order sets what to do from now on, and counts from here.
func (k *killer) order(target *point, tell io.Writer) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.target, k.tell, k.passed = target, tell, map[point]int{}
}

// pass is called at each side of each step. It does not return when the process
// is to end here.
func (k *killer) pass(when moment, step string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.target == nil && k.tell == nil {
		return
	}
	at := point{Step: step, When: when}
	k.passed[at]++
	at.N = k.passed[at]
	if k.tell != nil {
		_, _ = fmt.Fprintln(k.tell, saySeen+at.line()) // a parent that has gone is noticed elsewhere
	}
	if k.target != nil && *k.target == at {
		_ = syscall.Kill(syscall.Getpid(), syscall.SIGKILL)
		select {} // holding the lock: nothing passes any more
	}
}

// around takes a step between its two sides.
func around[T any](k *killer, step string, do func() (T, error)) (T, error) {
	k.pass(momentBefore, step)
	v, err := do()
	k.pass(momentAfter, step)
	return v, err
}

// aroundWrite is around for what only succeeds or fails.
func aroundWrite(k *killer, step string, do func() error) error {
	_, err := around(k, step, func() (struct{}, error) { return struct{}{}, do() })
	return err
}
