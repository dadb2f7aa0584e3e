//go:build bench

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"bazarbot/sandbox/telegram"
	"bazarbot/storage"
	"bazarbot/storage/pgtest"
)

const (
	benchPeople = 2000
	benchRounds = 3
)

// benchDialog is what each person says; the next only when the last is answered.
var benchDialog = []string{"/start", "/new", "/help"}

// TestBench measures a dialog of three messages of 2,000 people, by webhook on
// Postgres, beside a bare handler of the Telegram library with one read and
// one write per update: in turn, on the same machine and the same server.
func TestBench(t *testing.T) {
	dir := t.TempDir()
	ours, bare := build(t, dir, "."), build(t, dir, "./testdata/bare")
	ourDB, bareDB := pgtest.New(t), pgtest.New(t)
	var of, against []figures
	for round := range benchRounds {
		against = append(against, measure(t, bare, bareDB, round))
		of = append(of, measure(t, ours, ourDB, round))
	}
	b, o := median(against), median(of)
	fmt.Printf("\n%d people, %d messages each, by webhook on Postgres; medians of %d rounds in turn\n",
		benchPeople, len(benchDialog), benchRounds)
	fmt.Printf("%-16s %12s %10s %10s %12s\n", "", "updates/s", "p50", "p99", "memory (MB)")
	fmt.Printf("%-16s %s\n%-16s %s\n", "bare handler", b, "bazarbot", o)
	fmt.Printf("rate of the bare handler: %.2f\n\n", o.rate/b.rate)
}

// figures are one measurement.
type figures struct {
	rate     float64 // updates a second
	p50, p99 time.Duration
	rss      float64 // the most resident memory of the process, MB
}

func (f figures) String() string {
	return fmt.Sprintf("%12.0f %10s %10s %12.1f", f.rate, f.p50.Round(time.Millisecond), f.p99.Round(time.Millisecond), f.rss)
}

func median(all []figures) figures {
	slices.SortFunc(all, func(a, b figures) int { return int(a.rate - b.rate) })
	return all[len(all)/2]
}

// measure lets all people have the dialog with a fresh process.
func measure(t *testing.T, bin, database string, round int) figures {
	t.Helper()
	srv := telegram.New(telegram.Options{Keep: 8, Calls: -1, FirstUpdateID: int64(1+round) * 10_000_000})
	if _, err := srv.Start(); err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	child := start(t, srv, bin, database)
	var people []*telegram.Person
	for i := range benchPeople {
		id := int64(1_000_000*(round+1) + i)
		people = append(people, srv.Person(telegram.Profile{ID: id, FirstName: "Seller", LanguageCode: "ru"}))
	}
	begun := time.Now()
	took := talk(t, people)
	elapsed := time.Since(begun)
	rss := peak(t, child.Process.Pid)
	if err := child.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait()
	slices.Sort(took)
	return figures{
		rate: float64(len(took)) / elapsed.Seconds(),
		p50:  took[len(took)/2], p99: took[len(took)*99/100], rss: rss,
	}
}

// start runs a bot that takes webhooks, until they are registered.
func start(t *testing.T, srv *telegram.Server, bin, database string) *exec.Cmd {
	t.Helper()
	address := freeAddress(t)
	cmd := exec.Command(bin)
	cmd.Env = append(os.Environ(),
		"TELEGRAM_TOKEN="+srv.Token(), "TELEGRAM_API_URL="+srv.URL(),
		"WEBHOOK_URL=http://"+address+"/telegram", "WEBHOOK_SECRET=bench-secret-of-no-one",
		"LISTEN_ADDR="+address, "OPS_ADDR=127.0.0.1:0", "DATABASE_URL="+database,
		"ENCRYPTION_KEYS="+benchKey(), "LOG_LEVEL=warn",
	)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for srv.WebhookURL() == "" {
		select {
		case <-ctx.Done():
			t.Fatal("the bot registered no webhook")
		case <-time.After(10 * time.Millisecond):
		}
	}
	return cmd
}

var benchKey = sync.OnceValue(func() string { return storage.NewKey("bench") })

// talk lets each person say the dialog and returns how long each answer took.
func talk(t *testing.T, people []*telegram.Person) []time.Duration {
	t.Helper()
	var mu sync.Mutex
	var took []time.Duration
	var wait sync.WaitGroup
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for _, p := range people {
		wait.Go(func() {
			for i, text := range benchDialog {
				said := time.Now()
				p.Send(text)
				_, err := p.Wait(ctx, func(ms []telegram.Message) bool { return answers(ms) > i })
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				took = append(took, time.Since(said))
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	return took
}

func answers(ms []telegram.Message) (n int) {
	for _, m := range ms {
		if m.FromBot() {
			n++
		}
	}
	return n
}

// peak is the most memory a process has had resident, in MB.
func peak(t *testing.T, pid int) float64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Logf("no figure for memory: %v", err)
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if kb, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(kb), " kB"), 64)
			if err != nil {
				t.Fatal(err)
			}
			return n / 1024
		}
	}
	return 0
}
