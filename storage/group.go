package storage

import (
	"context"
	"sync"
	"time"
)

const (
	batchSize    = 128
	batchTimeout = 10 * time.Second // for one batch; far more than any needs
)

// group commits together what many callers write at the same time: while one
// batch is on its way to the disk the next one gathers. Nobody waits for a
// batch to fill.
type group[T any] struct {
	run  func(ctx context.Context, batch []T) []error
	in   chan member[T]
	quit chan struct{}
	done chan struct{}
	once sync.Once
}

// member is one caller's part of a batch.
type member[T any] struct {
	ctx    context.Context
	part   T
	result chan error
}

// newGroup starts a group. Run writes a batch and returns one error for each
// of its parts.
func newGroup[T any](run func(ctx context.Context, batch []T) []error) *group[T] {
	g := &group[T]{
		run:  run,
		in:   make(chan member[T]),
		quit: make(chan struct{}),
		done: make(chan struct{}),
	}
	go g.loop()
	return g
}

// do writes part with whatever batch comes next. When ctx ends first it is not
// known whether part was written. Only after another result may the caller
// look at what the writer left in part.
func (g *group[T]) do(ctx context.Context, part T) error {
	m := member[T]{ctx: ctx, part: part, result: make(chan error, 1)}
	select {
	case g.in <- m:
	case <-ctx.Done():
		return ctx.Err()
	case <-g.quit:
		return ErrClosed
	}
	select {
	case err := <-m.result:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// close lets the running batch end and stops the group.
func (g *group[T]) close() {
	g.once.Do(func() { close(g.quit) })
	<-g.done
}

func (g *group[T]) loop() {
	defer close(g.done)
	for {
		select {
		case <-g.quit:
			return
		case m := <-g.in:
			g.write(g.gather(m))
		}
	}
}

// gather takes everybody who waits already.
func (g *group[T]) gather(first member[T]) []member[T] {
	batch := []member[T]{first}
	for len(batch) < batchSize {
		select {
		case m := <-g.in:
			batch = append(batch, m)
		default:
			return batch
		}
	}
	return batch
}

// write runs the batch without those who gave up waiting.
func (g *group[T]) write(batch []member[T]) {
	ctx, cancel := context.WithTimeout(context.Background(), batchTimeout)
	defer cancel()
	waiting := batch[:0]
	parts := make([]T, 0, len(batch))
	for _, m := range batch {
		if err := m.ctx.Err(); err != nil {
			m.result <- err
			continue
		}
		waiting = append(waiting, m)
		parts = append(parts, m.part)
	}
	if len(parts) == 0 {
		return
	}
	for i, err := range g.run(ctx, parts) {
		waiting[i].result <- err
	}
}

// together writes a batch in one transaction. When the database refuses it,
// each part gets a transaction of its own, so that one bad part hurts nobody
// else. Nothing is tried singly when it was the database that went away.
func together[T any](db *DB, batch []T, write func(batch []T) error) []error {
	errs := make([]error, len(batch))
	err := write(batch)
	if err == nil {
		return errs
	}
	for i := range batch {
		if errs[i] = err; len(batch) > 1 && db.dialect.refused(err) || db.dialect.retry(err) {
			errs[i] = again(db, batch[i:i+1], write)
		}
	}
	return errs
}

// again writes one part by itself, a few times when it collides with others.
func again[T any](db *DB, part []T, write func(batch []T) error) (err error) {
	for range 3 {
		if err = write(part); err == nil || !db.dialect.retry(err) {
			return err
		}
	}
	return err
}
