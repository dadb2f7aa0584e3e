package bot

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"bazarbot/lanes"
)

// pauseBook is what the database knows, told by the test.
type pauseBook struct {
	known  lanes.Pauses
	paused []int64
	err    error
}

func (b *pauseBook) Pause(_ context.Context, chat int64, _ time.Duration) error {
	b.paused = append(b.paused, chat)
	return b.err
}

func (b *pauseBook) Pauses(context.Context, string, int) (lanes.Pauses, error) { return b.known, b.err }

// knowing is a pacer that has just read what the database knows.
func knowing(book *pauseBook, most int) *pacer {
	p := newPacer(book, "me", most, slog.New(slog.DiscardHandler))
	p.read = time.Now().Add(-pausesFresh)
	return p
}

func TestRate(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ most, own, others, want int }{
		{25, 0, 0, 25}, {25, 5, 0, 25}, {25, 3, 2, 25}, {25, 3, 3, 24}, {25, 10, 10, 10}, {25, 40, 0, 1}, {1, 9, 9, 1}, {0, 0, 0, DefaultBulkRate},
	} {
		p := knowing(&pauseBook{known: lanes.Pauses{Replies: tt.others}}, tt.most)
		for range tt.own {
			p.replied()
		}
		if got := p.rate(t.Context()); got != tt.want {
			t.Errorf("%+v: %d a second", tt, got)
		}
	}
}

// A pause holds up what it concerns, and is known here before the database tells.
func TestPacerPauses(t *testing.T) {
	t.Parallel()
	waits := func(p *pacer, chat int64) (reply, bulk bool) {
		return p.replyWaits(t.Context(), chat) > 0, p.bulkWaits(t.Context()) > 0
	}
	book := &pauseBook{}
	p := newPacer(book, "me", 25, slog.New(slog.DiscardHandler))
	p.slow(t.Context(), 7, time.Minute)
	p.stale = false // the database is not asked yet
	if reply, bulk := waits(p, 7); !reply || !bulk || len(book.paused) != 1 {
		t.Errorf("the chat: %v, bulk: %v", reply, bulk)
	}
	if reply, _ := waits(p, 8); reply {
		t.Error("another chat waits")
	}
	group := newPacer(&pauseBook{}, "me", 25, slog.New(slog.DiscardHandler))
	group.slow(t.Context(), -7, time.Minute)
	group.stale = false
	if reply, bulk := waits(group, -7); !reply || bulk {
		t.Errorf("the group waits: %v, bulk too: %v", reply, bulk)
	}
	soon := time.Now().Add(time.Minute)
	for name, tt := range map[string]struct {
		known       lanes.Pauses
		reply, bulk bool
	}{
		"another process's bulk": {lanes.Pauses{Bulk: soon}, false, true},
		"everything":             {lanes.Pauses{All: soon}, true, true},
		"over":                   {lanes.Pauses{All: time.Now(), Bulk: time.Now()}, false, false},
	} {
		if reply, bulk := waits(knowing(&pauseBook{known: tt.known}, 25), 8); reply != tt.reply || bulk != tt.bulk {
			t.Errorf("%s: a reply waits: %v, bulk: %v", name, reply, bulk)
		}
	}
	down := knowing(&pauseBook{known: lanes.Pauses{All: soon}, err: errors.New("down")}, 25)
	if reply, _ := waits(down, 8); reply {
		t.Error("a database that is away stops replies")
	}
}

// Turns come one by one, evenly.
func TestTurns(t *testing.T) {
	t.Parallel()
	p := newPacer(nil, "me", 100, slog.New(slog.DiscardHandler))
	began := time.Now()
	for range 21 {
		if !p.turn(t.Context()) {
			t.Fatal("no turn")
		}
	}
	if took := time.Since(began); took < 195*time.Millisecond {
		t.Errorf("21 turns took %s", took)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if p.turn(ctx) {
		t.Error("a turn for who has gone")
	}
}
