package jobs_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"bazarbot/jobs"
	"bazarbot/lanes"
	"bazarbot/market"
	"bazarbot/sandbox/omarket"
)

// window is a market of which only the seller's ads are seen.
type window struct {
	jobs.Market
	caps  market.Capabilities
	ads   []market.Ad
	opens time.Time // told on an ad's own page only
	err   error
	hang  bool // it does not answer before its caller gives up
}

func (w *window) ID() market.ID                     { return market.OMarket }
func (w *window) Capabilities() market.Capabilities { return w.caps }

func (w *window) Ads(ctx context.Context, _ market.Secret, _ market.Lang, q market.AdQuery) (market.AdPage, error) {
	if w.hang {
		<-ctx.Done()
		return market.AdPage{}, &market.Error{Kind: market.Unavailable, Err: ctx.Err()}
	}
	const page = 2
	from := min((q.Page-1)*page, len(w.ads))
	ads := w.ads[from:min(from+page, len(w.ads))]
	return market.AdPage{Ads: ads, Page: q.Page, PageSize: page, Subtotal: len(w.ads), Total: len(w.ads)}, w.err
}

func (w *window) FullAd(_ context.Context, _ market.Secret, _ market.Lang, id string) (market.Ad, error) {
	i := slices.IndexFunc(w.ads, func(ad market.Ad) bool { return ad.ID == id })
	ad := w.ads[i]
	ad.Opens = w.opens
	return ad, nil
}

// ledger is one account that is looked at, and which of its ads are this bot's.
type ledger struct {
	watch market.Watch
	ours  map[string]time.Time // when its ads came from this bot
	taken bool                 // by another process, before each look ends
	told  []market.Watched
	saved int
	next  time.Duration
}

func (l *ledger) BoundSince(_ context.Context, _ market.ID, _ string, ads []string, since time.Time) ([]string, error) {
	return slices.DeleteFunc(slices.Clone(ads), func(ad string) bool { return !l.ours[ad].After(since) }), nil
}

func (l *ledger) ClaimWatches(ctx context.Context, _ int, _ time.Duration) ([]market.Watch, error) {
	if l.saved > 0 {
		return nil, ctx.Err()
	}
	l.watch.Version++
	return []market.Watch{l.watch}, nil
}

func (l *ledger) SaveWatch(ctx context.Context, w market.Watch, next time.Duration, rows ...lanes.NewRow) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	l.saved, l.next = l.saved+1, next
	if l.taken {
		return false, nil
	}
	l.watch = w
	for _, row := range rows {
		var found market.Watched
		if err := json.Unmarshal(row.Payload, &found); err != nil {
			return false, err
		}
		l.told = append(l.told, found)
	}
	return true, nil
}

// look has a market looked at once, and gives what was told and when it is
// looked at next.
func look(t *testing.T, m *window, l *ledger, now time.Time) ([]market.Watched, time.Duration) {
	t.Helper()
	l.told, l.saved, l.next = nil, 0, -1
	work := jobs.New(jobs.Config{
		Watches: l, Markets: []jobs.Market{m}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Now: func() time.Time { return now },
		Watched: func(person int64, key string, payload []byte) lanes.NewRow {
			return lanes.NewRow{Lane: "user:42", Key: key, Payload: payload}
		},
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { work.Watch(ctx); close(done) }()
		<-time.After(5 * time.Second)
		synctest.Wait()
		cancel()
		<-done
	})
	return l.told, l.next
}

func newLedger() *ledger {
	return &ledger{watch: market.Watch{
		Account: market.Account{ID: account, Person: seller, Market: market.OMarket, State: market.AccountActive, Secret: "s"},
	}}
}

// What a seller hears of is what others decided, and what time did.
func TestWatchTells(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	states := []market.State{
		market.StatePublic, market.StateHidden, market.StateBlocked, market.StateBlockedCommercial, market.StateNeedPay,
		market.StateExpired, market.StateInitial, market.StateModerate, market.StateActive, market.StateCancelled, market.StateDisabled,
	}
	always := []market.State{
		market.StateBlocked, market.StateBlockedCommercial, market.StateNeedPay, market.StateExpired, market.StateCancelled, market.StateDisabled,
	}
	returns := []market.State{market.StateModerate, market.StateBlocked, market.StateCancelled, market.StateDisabled}
	for _, was := range states {
		for _, is := range states {
			m, l := &window{}, newLedger()
			m.ads = []market.Ad{{ID: "1", State: market.StatePublic}, {ID: "2", State: market.StatePublic}, {ID: "3", Title: "Комуз", State: was}}
			if told, _ := look(t, m, l, now); len(told) != 0 {
				t.Errorf("what was found first was told: %+v", told)
			}
			m.ads[2].State = is
			told, _ := look(t, m, l, now)
			visible := is == market.StatePublic || is == market.StateActive
			want := was != is && (slices.Contains(always, is) || visible && slices.Contains(returns, was))
			if got := len(told) > 0; got != want {
				t.Errorf("from %s to %s: told %v", was, is, got)
			}
			if want {
				expect := []market.Watched{{Market: market.OMarket, Account: account, Changes: []market.AdChange{{Ad: m.ads[2], Was: was}}}}
				if diff := cmp.Diff(expect, told); diff != "" {
					t.Error(diff)
				}
			}
			if told, _ := look(t, m, l, now); len(told) != 0 {
				t.Errorf("from %s to %s was told twice", was, is)
			}
		}
	}
}

// When buyers will see an ad that came through its check stands on its own page,
// not in its seller's list.
func TestWatchOpens(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	m, l := &window{caps: market.Capabilities{Moderates: true}, opens: now.Add(23 * time.Hour)}, newLedger()
	m.ads = []market.Ad{{ID: "1", State: market.StateModerate}}
	look(t, m, l, now)
	m.ads[0].State = market.StateActive
	told, _ := look(t, m, l, now)
	if len(told) != 1 || !told[0].Changes[0].Ad.Opens.Equal(m.opens) {
		t.Errorf("told %+v, and it opens at %s", told, m.opens)
	}
}

// An ad that was published here and came through its check before anybody looked
// is told of; one that was made elsewhere, or long before the first look, is not.
func TestWatchOurs(t *testing.T) {
	t.Parallel()
	now := time.Now()
	m, l := &window{caps: market.Capabilities{Moderates: true}}, newLedger()
	l.ours = map[string]time.Time{"1": now.Add(-time.Minute), "3": now.Add(-2 * time.Hour), "4": now.Add(-2 * time.Hour)}
	told := func() (ids []string) {
		t.Helper()
		found, _ := look(t, m, l, now)
		for _, w := range found {
			for _, change := range w.Changes {
				ids = append(ids, change.Ad.ID)
			}
		}
		return ids
	}
	m.ads = []market.Ad{{ID: "1", State: market.StateActive}, {ID: "2", State: market.StateActive}, {ID: "3", State: market.StateActive}}
	if ids := told(); !slices.Equal(ids, []string{"1"}) {
		t.Errorf("told of %v at first", ids)
	}
	m.ads = append(m.ads, market.Ad{ID: "4", State: market.StateActive}, market.Ad{ID: "5", State: market.StateActive})
	if ids := told(); !slices.Equal(ids, []string{"4"}) {
		t.Errorf("told of %v then", ids)
	}
}

// A seller is reminded once, a day before an ad's time is over.
func TestWatchEnds(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	m, l := &window{}, newLedger()
	m.ads = []market.Ad{{ID: "1", State: market.StatePublic, Expires: now.Add(30 * time.Hour)}}
	for _, c := range []struct {
		after time.Duration
		told  int
	}{{0, 0}, {5 * time.Hour, 0}, {7 * time.Hour, 1}, {8 * time.Hour, 0}, {31 * time.Hour, 0}} {
		if told, _ := look(t, m, l, now.Add(c.after)); len(told) != c.told {
			t.Errorf("after %v: told %+v", c.after, told)
		}
	}
	m.ads[0].Expires = now.Add(100 * time.Hour) // republished
	if told, _ := look(t, m, l, now.Add(80*time.Hour)); len(told) != 1 {
		t.Errorf("the new end was told: %+v", told)
	}
}

func TestWatchPace(t *testing.T) {
	t.Parallel()
	within := func(got, want time.Duration) {
		t.Helper()
		if got < want || got > want+want/10 {
			t.Errorf("the next look is in %v, not in %v", got, want)
		}
	}
	m, l := &window{ads: []market.Ad{{ID: "1", State: market.StateModerate}}}, newLedger()
	_, next := look(t, m, l, time.Now())
	within(next, 2*time.Minute)
	m.ads[0].State = market.StateActive
	_, next = look(t, m, l, time.Now())
	within(next, 15*time.Minute)

	known := string(l.watch.Known)
	m.err = &market.Error{Kind: market.Unavailable}
	told, next := look(t, m, l, time.Now())
	within(next, 15*time.Minute)
	if len(told) != 0 || string(l.watch.Known) != known {
		t.Errorf("a market that does not answer: told %+v, known %s", told, l.watch.Known)
	}
	m.err = &market.Error{Kind: market.NotSignedIn}
	told, next = look(t, m, l, time.Now())
	within(next, 24*time.Hour)
	if len(told) != 1 || !told[0].Refused || string(l.watch.Known) != known {
		t.Errorf("a session that has ended: told %+v, known %s", told, l.watch.Known)
	}
	m.err = errors.New("asked")
	for _, idle := range []func(*market.Watch){
		func(w *market.Watch) { w.Away = true },
		func(w *market.Watch) { w.Account.State = market.AccountSignedOut },
		func(w *market.Watch) { w.Account.Market = "gone" },
	} {
		was := l.watch
		idle(&l.watch)
		_, next = look(t, m, l, time.Now())
		within(next, 24*time.Hour)
		l.watch = was
	}
	l.watch.Known = []byte("{") // damaged: as at first
	m.err, m.ads[0].State = nil, market.StateCancelled
	if told, _ := look(t, m, l, time.Now()); len(told) != 0 {
		t.Errorf("told %+v of nothing known", told)
	}
	l.taken = true
	m.ads[0].State = market.StateActive
	if told, _ := look(t, m, l, time.Now()); len(told) != 0 {
		t.Errorf("a look that was taken over told %+v", told)
	}
}

// await waits until it is so.
func await(t *testing.T, what string, so func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for !so() {
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Fatalf("still waiting for %s", what)
		}
	}
}

// A process that stops in the middle of a look leaves it to the next one at once.
func TestWatchStops(t *testing.T) {
	t.Parallel()
	m, l := &window{ads: []market.Ad{{ID: "1", State: market.StatePublic}}, hang: true}, newLedger()
	told, next := look(t, m, l, time.Now())
	if l.saved != 1 || next != 0 || len(told) != 0 || l.watch.Known != nil {
		t.Errorf("saved %d times, due in %v, told %+v, known %s", l.saved, next, told, l.watch.Known)
	}
}

// Of several processes one tells of what a moderator decided, and the access
// token that has ended meanwhile is refreshed.
func TestWatchTogether(t *testing.T) {
	t.Parallel()
	s := openSignedIn(t, omarket.Options{})
	s.cfg.Watches = s.db
	s.cfg.Pace = jobs.Pace{Tick: time.Millisecond, Checked: time.Millisecond, Usual: time.Millisecond, Idle: time.Millisecond}
	s.cfg.Watched = func(person int64, key string, payload []byte) lanes.NewRow {
		return lanes.NewRow{Lane: "user:42", Key: key, Kind: "watched", Payload: payload}
	}
	s.serves(s.client)
	ad := s.published()
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	defer all.Wait()
	defer cancel()
	for range 3 {
		all.Go(func() { s.jobs.Watch(ctx) })
	}
	calls := func() int { return s.market.Count(routeOwn) }
	await(t, "a first look", func() bool { return calls() > 3 })
	s.market.ExpireAccess(phone)
	if err := s.market.Decide(ad, omarket.Cancelled, "Нужна другая категория"); err != nil {
		t.Fatal(err)
	}
	decided := calls()
	await(t, "further looks", func() bool { return calls() > decided+20 })
	cancel()
	all.Wait()
	var told []market.Watched
	for _, row := range s.arrived() {
		if row.Kind != "watched" {
			continue
		}
		var w market.Watched
		if err := json.Unmarshal(row.Payload, &w); err != nil {
			t.Fatal(err)
		}
		told = append(told, w)
	}
	if len(told) != 1 || len(told[0].Changes) != 1 || told[0].Changes[0].Ad.ID != ad || told[0].Changes[0].Was != market.StateModerate {
		t.Fatalf("told %+v", told)
	}
	if got := told[0].Changes[0].Ad; got.State != market.StateCancelled || !slices.Equal(got.Reasons, []string{"Нужна другая категория"}) || got.Title != "Комуз" {
		t.Errorf("told of %+v", got)
	}
	if account, _ := s.market.Account(phone); account.Refreshes == 0 {
		t.Error("nobody refreshed the token")
	}
}
