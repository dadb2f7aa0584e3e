package main

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"bazarbot/sandbox/telegram"
)

// load is people who answer a question of the bot again and again, at a rate
// that does not depend on when they are answered. What they write is no option
// there, and the bot says so in their words: so each reply tells which message
// it answers.
type load struct {
	t      *testing.T
	people []*writer

	mu    sync.Mutex
	known map[int64]*writer
	heard int
	grown chan struct{} // closed at the next reply
}

// writer is one of them.
type writer struct {
	person  *telegram.Person
	due     []time.Time // when each message was to be sent; the first is message 1
	replies []reference // what Telegram took for them
	checked int         // messages whose replies were looked at
}

// reference is a reply as Telegram's record tells it: to which message, under
// which id, and when it was taken.
type reference struct {
	to, id int64
	at     time.Time
}

const (
	loadPeople = 100
	loadRate   = 200 // messages a second; each person's stay below the bot's limit
	loadBurst  = 4   // of them come at once from one person, so that there is an order to be kept
)

func newLoad(t *testing.T) *load {
	return &load{t: t, known: map[int64]*writer{}, grown: make(chan struct{})}
}

// heardBy are the options of a Telegram that tells a load what it has taken.
func heardBy(l *load) telegram.Options {
	return telegram.Options{Keep: 20, Calls: -1, After: l.hear}
}

var inReply = regexp.MustCompile(`«message (\d+)»`)

// hear notes a reply: it is called by Telegram when it has taken one.
func (l *load) hear(call telegram.Call) {
	if call.Method != "sendMessage" || call.Code != 200 {
		return
	}
	found := inReply.FindStringSubmatch(call.Params["text"])
	if found == nil {
		return
	}
	to, err := strconv.ParseInt(found[1], 10, 64)
	if err != nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	w := l.known[call.Chat]
	if w == nil {
		return
	}
	w.replies = append(w.replies, reference{to, call.Message, time.Now()})
	l.heard++
	close(l.grown)
	l.grown = make(chan struct{})
}

// meet brings everybody to the question.
func (l *load) meet(srv *telegram.Server) {
	l.t.Helper()
	for i := range loadPeople {
		p := srv.Person(telegram.Profile{ID: 2_000_000 + int64(i), LanguageCode: "ru"})
		w := &writer{person: p}
		l.people = append(l.people, w)
		l.known[p.ID()] = w
		p.Send("/new")
	}
	ctx, cancel := context.WithTimeout(l.t.Context(), time.Minute)
	defer cancel()
	for _, w := range l.people {
		if _, err := w.person.Wait(ctx, asksCategory); err != nil {
			l.t.Fatal(err)
		}
	}
}

// asksCategory reports whether a chat shows the first question of an ad.
func asksCategory(ms []telegram.Message) bool {
	m, ok := lastOfBot(ms)
	return ok && strings.Contains(m.String(), lotPath[0])
}

// begin has everybody write in turn until the load is ended, which waits until
// the last message is sent.
func (l *load) begin() (end func()) {
	ctx, cancel := context.WithCancel(l.t.Context())
	var writing sync.WaitGroup
	writing.Go(func() { l.write(ctx) })
	return func() {
		cancel()
		writing.Wait()
	}
}

func (l *load) write(ctx context.Context) {
	begun := time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for n := 0; ; n += loadBurst {
		due := begun.Add(time.Duration(n) * time.Second / loadRate)
		timer.Reset(time.Until(due))
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		}
		l.burst(l.people[n/loadBurst%len(l.people)], due)
	}
}

// burst has one person write several messages at once.
func (l *load) burst(w *writer, due time.Time) {
	for range loadBurst {
		l.mu.Lock()
		w.due = append(w.due, due)
		text := fmt.Sprintf("message %d", len(w.due))
		l.mu.Unlock()
		w.person.Send(text)
	}
}

// goOn waits until so many more replies have come.
func (l *load) goOn(replies int) {
	l.t.Helper()
	timeout := time.NewTimer(time.Minute)
	defer timeout.Stop()
	l.mu.Lock()
	want := l.heard + replies
	l.mu.Unlock()
	for {
		l.mu.Lock()
		heard, grown := l.heard, l.grown
		l.mu.Unlock()
		if heard >= want {
			return
		}
		select {
		case <-grown:
		case <-timeout.C:
			l.t.Fatalf("only %d of %d replies came", heard, want)
		}
	}
}

// outcome is what became of the messages since the last look.
type outcome struct {
	messages, lost, disordered int
	twice                      []int64         // whose replies came twice, once for each
	took                       []time.Duration // from when a message was to be sent to Telegram's taking its first reply; sorted
}

// look goes through all messages that were not looked at before. Nothing is on
// its way any more.
func (l *load) look() (o outcome) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, w := range l.people {
		w.look(&o)
	}
	slices.Sort(o.took)
	return o
}

// look adds one person's messages.
func (w *writer) look(o *outcome) {
	slices.SortFunc(w.replies, func(a, b reference) int { return cmp.Compare(a.id, b.id) })
	last, answered := int64(w.checked), 0
	for _, r := range w.replies {
		switch {
		case r.to == last && answered > 0: // the same once more
			o.twice = append(o.twice, w.person.ID())
			continue
		case r.to <= last:
			o.disordered++
			continue
		case r.to > last+1: // those between are lost, or come later and are counted there
			o.lost += int(r.to - last - 1)
		}
		last = r.to
		answered++
		o.took = append(o.took, r.at.Sub(w.due[r.to-1]))
	}
	o.messages += len(w.due) - w.checked
	o.lost += len(w.due) - int(last)
	w.checked, w.replies = len(w.due), nil
}

// String tells the figures.
func (o outcome) String() string {
	if len(o.took) == 0 {
		return "no replies"
	}
	round := func(d time.Duration) time.Duration { return d.Round(time.Millisecond) }
	return fmt.Sprintf("%d messages: %d lost, %d out of order, %d replies twice; answered within %s (p50), %s (p99), %s (all)",
		o.messages, o.lost, o.disordered, len(o.twice),
		round(o.took[len(o.took)/2]), round(o.took[len(o.took)*99/100]), round(o.took[len(o.took)-1]))
}
