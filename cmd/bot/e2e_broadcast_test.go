package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"bazarbot/sandbox/telegram"
)

// TestE2EBroadcastSurvives is the small broadcast; the large one runs with
// `make bench`.
func TestE2EBroadcastSurvives(t *testing.T) {
	t.Parallel()
	broadcastSurvives(t, 2000, 400)
}

// broadcastSurvives sends to a crowd, three in a hundred of whom have left, while
// Telegram asks to slow down and the one of three processes that sends is killed.
// Another one goes on, and at the end everybody is counted once: nobody is
// skipped, and at most what was in flight, one second's worth, comes twice.
func broadcastSurvives(t *testing.T, people, rate int) {
	c := newCrowd(t, people, fmt.Sprintf("BULK_RATE=%d", rate))
	three := []*process{c.process(), c.process(), c.process()}
	c.settle()
	left := people * 3 / 100
	for n := range left {
		c.person(int64(n * 33)).BlockUnheard()
	}
	c.broadcasts()
	c.await(people/10, time.Minute)
	c.telegram.Inject(telegram.Fault{Kind: telegram.FaultTooMany, Method: "sendMessage", RetryAfter: 1, Times: 5})
	c.await(people/4, time.Minute)
	dead := c.sender(three...)
	dead.kill()
	dead.awaitKilled(t)
	n := c.ends(5*time.Minute + time.Duration(people/rate)*time.Second)
	if want := (counts{people + c.others, people + c.others - left, left, 0}); n != want {
		t.Errorf("counted %+v, want %+v", n, want)
	}
	twice := 0
	for id, got := range c.got {
		if got > 2 {
			t.Errorf("%d got it %d times", id, got)
		}
		twice += got - 1
	}
	if got := c.reached(); got != people-left {
		t.Errorf("%d people got it, not %d", got, people-left)
	}
	if twice > rate {
		t.Errorf("%d people got it twice, more than a second's worth", twice)
	}
	t.Logf("%d people, %d twice", c.reached(), twice)
	var gone int
	if err := c.db.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM persons WHERE gone_at IS NOT NULL`).Scan(&gone); err != nil || gone != left {
		t.Errorf("%d people are noted to have left, not %d (%v)", gone, left, err)
	}
	c.listsFailures(left)
}

// listsFailures sees the list of those who were not reached.
func (c *crowd) listsFailures(n int) {
	c.t.Helper()
	c.author.must(c.author.seeAnywhere(c.t.Context(), "failures-"))
	for _, m := range c.author.person.Messages() {
		if m.Document == nil || !m.FromBot() {
			continue
		}
		body, ok := c.telegram.File(m.Document.FileID)
		if lines := strings.Count(string(body), "\n"); !ok || lines != n+1 {
			c.t.Errorf("the list has %d lines, not %d", lines, n+1)
		}
		return
	}
	c.t.Error("there is no list")
}

// TestE2EBroadcastPace: at the default rate, beside people who write, a broadcast
// never goes faster than it may, by Telegram's own record, and keeps nobody
// waiting for an answer.
func TestE2EBroadcastPace(t *testing.T) { broadcastPaced(t, 300) }

func broadcastPaced(t *testing.T, people int) {
	c := newCrowd(t, people)
	c.process()
	c.settle()
	quiet := c.answersTake(t, 20)
	c.others++
	c.broadcasts()
	c.await(5, time.Minute)
	beside := c.answersTake(t, 60)
	n := c.ends(time.Duration(people/10)*time.Second + time.Minute)
	if n.delivered != people+c.others {
		t.Errorf("counted %+v", n)
	}
	const allowed = 25
	slices.SortFunc(c.sent, time.Time.Compare)
	most := 0
	for i, from := range c.sent {
		end, _ := slices.BinarySearchFunc(c.sent, from.Add(time.Second), time.Time.Compare)
		most = max(most, end-i)
	}
	if most > allowed+1 { // one may be late and the next on time
		t.Errorf("%d messages within a second, not %d", most, allowed)
	}
	took := c.sent[len(c.sent)-1].Sub(c.sent[0])
	if took < time.Duration(people-allowed)*time.Second/allowed {
		t.Errorf("%d messages took %s", people, took)
	}
	c.cardEdited(t, took)
	t.Logf("at most %d within a second; answers took %s (99%%) before and %s beside it", most, quiet, beside)
}

// cardEdited checks that the owner's card was edited about every three seconds
// while the broadcast went out, and once when it had.
func (c *crowd) cardEdited(t *testing.T, took time.Duration) {
	t.Helper()
	const every, jitter = 3 * time.Second, 500 * time.Millisecond
	if least := int(took / (2 * every)); len(c.cards) < least {
		t.Errorf("the card was edited %d times in %s", len(c.cards), took)
	}
	for i := 1; i < len(c.cards)-1; i++ {
		if gap := c.cards[i].Sub(c.cards[i-1]); gap < every-jitter {
			t.Errorf("the card was edited again after %s", gap)
		}
	}
}

// answersTake asks for help n times, a few times a second, and tells how long the
// slowest answers but one in a hundred took.
func (c *crowd) answersTake(t *testing.T, n int) time.Duration {
	t.Helper()
	p, err := knownPlayer(c.telegram, 900+int64(n), "ru", "")
	if err != nil {
		t.Fatal(err)
	}
	asking := &seller{player: p, t: t}
	asking.meets()
	took := make([]time.Duration, n)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for i := range took {
		<-tick.C
		asked := time.Now()
		asking.command([]string{"help", "settings"}[i%2])
		asking.sees([]string{"help.text", "settings.heading"}[i%2])
		took[i] = time.Since(asked)
	}
	slices.Sort(took)
	return took[(n-1)*99/100].Round(time.Millisecond)
}
