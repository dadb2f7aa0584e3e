package storage_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bazarbot/lanes"
	"bazarbot/market"
	"bazarbot/storage"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 123456000, time.UTC)

// commit writes changes as one step of some lane's work.
func commit(t testing.TB, db *storage.DB, ch market.Changes) {
	t.Helper()
	must(t, tryCommit(t, db, ch))
}

func tryCommit(t testing.TB, db *storage.DB, ch market.Changes) error {
	t.Helper()
	lease, ok, err := db.Hold(t.Context(), "me", "test", ttl)
	must(t, err)
	if !ok {
		t.Fatal("the lane is held")
	}
	err = db.Commit(t.Context(), lease, 0, ch, lanes.Outcome{})
	must(t, db.Release(t.Context(), lease))
	return err
}

func TestSession(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		read := func(want market.Session) {
			t.Helper()
			got, err := db.Session(t.Context(), want.Person)
			must(t, err)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		}
		if s, err := db.Session(t.Context(), 42); err != nil || !cmp.Equal(s, market.Session{}) {
			t.Errorf("somebody new: %+v, %v", s, err)
		}
		s := market.Session{Person: 42, Lang: market.Romanian, Body: []byte("body"), Screen: 77}
		commit(t, db, market.Changes{Session: &s})
		s.Screen = 0 // a commit never changes the screen
		read(s)

		enqueue(t, db, row("user:42", "a"))
		got := claim(t, db, "me", "user")
		must(t, db.Checkpoint(t.Context(), got.Lease, got.Rows[0].ID, 1, market.Screen{Person: 42, Message: 5}))
		s.Screen = 5
		read(s)
		must(t, db.Close(t.Context(), got.Lease, got.Rows[0].ID, noScreen)) // notes nothing
		s.Lang, s.Body = market.Kyrgyz, nil
		commit(t, db, market.Changes{Session: &s})
		read(s)
	})
}

func TestGone(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		s := market.Session{Person: 1, Lang: market.Russian, Body: []byte("body")}
		commit(t, db, market.Changes{Session: &s})
		for _, person := range []int64{1, 2} { // known, and never seen
			for _, gone := range []bool{true, false, true} {
				must(t, db.SetGone(t.Context(), person, gone))
				card, _, err := db.PersonCard(t.Context(), person)
				must(t, err)
				if card.Gone.IsZero() == gone {
					t.Errorf("person %d: gone at %v", person, card.Gone)
				}
			}
		}
		got, err := db.Session(t.Context(), 1)
		must(t, err)
		if diff := cmp.Diff(s, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestDrafts(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		first := market.Draft{
			ID: "d1", Person: 1, Market: market.MD999, Account: "a1", State: market.DraftPublished,
			AdID: "ad", Body: []byte("body"), UpdatedAt: noon,
		}
		second := market.Draft{ID: "d2", Person: 1, Market: market.OMarket, State: market.DraftOpen, UpdatedAt: noon.Add(time.Hour)}
		foreign := market.Draft{ID: "d3", Person: 2, Market: market.MD999, State: market.DraftOpen, UpdatedAt: noon}
		commit(t, db, market.Changes{Drafts: []market.Draft{first, second, foreign}})

		got, err := db.Drafts(ctx, 1)
		must(t, err)
		if diff := cmp.Diff([]market.Draft{second, first}, got); diff != "" {
			t.Error(diff)
		}
		first.Body, first.State, first.UpdatedAt = []byte("other"), market.DraftAsking, noon.Add(2*time.Hour)
		commit(t, db, market.Changes{Drafts: []market.Draft{first}, DropDrafts: []string{"d2"}})
		got, err = db.Drafts(ctx, 1)
		must(t, err)
		if diff := cmp.Diff([]market.Draft{first}, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAccounts(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		a := market.Account{
			ID: "a1", Person: 1, Market: market.MD999, Label: "label", State: market.AccountActive,
			Default: true, Secret: "secret", CreatedAt: noon,
		}
		b := market.Account{ID: "a2", Person: 1, Market: market.MD999, State: market.AccountActive, CreatedAt: noon.Add(time.Hour)}
		commit(t, db, market.Changes{Accounts: []market.Account{b, a}})
		a.Version, b.Version = 1, 1
		got, err := db.Accounts(ctx, 1)
		must(t, err)
		if diff := cmp.Diff([]market.Account{a, b}, got); diff != "" {
			t.Error(diff)
		}
		a.State, a.Default = market.AccountSignedOut, false
		stale := a
		stale.Secret = "as it was read before somebody refreshed it"
		commit(t, db, market.Changes{Accounts: []market.Account{stale}, DropAccounts: []string{"a2"}})
		one, err := db.Account(ctx, "a1")
		must(t, err)
		if diff := cmp.Diff(a, one); diff != "" {
			t.Error(diff)
		}
		a.Secret, a.Renewed = "other", true
		commit(t, db, market.Changes{Accounts: []market.Account{a}})
		a.Version, a.Renewed = 2, false
		one, err = db.Account(ctx, "a1")
		must(t, err)
		if diff := cmp.Diff(a, one); diff != "" {
			t.Error(diff)
		}
		_, err = db.Account(ctx, "a2")
		mustBe(t, err, storage.ErrNotFound)
	})
}

// What was paid for and took effect is listed, the last first; what failed, was
// never found, is another account's or costs nothing is not.
func TestSpending(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		at := func(second int64) time.Time { return time.Unix(1_800_000_000+second, 0).UTC() }
		paid := func(job string, what market.Action, account string, state market.AttemptState, second int64) market.Attempt {
			return market.Attempt{
				Job: job, Step: string(what), Account: account, State: state, AdID: "ad of " + job,
				BegunAt: at(0), EndedAt: at(second),
			}
		}
		commit(t, db, market.Changes{Attempts: []market.Attempt{
			paid("1", market.ActPost, "a", market.AttemptDone, 10),
			paid("2", market.ActRepublish, "a", market.AttemptDone, 30),
			paid("3", market.ActColour, "a", market.AttemptDone, 20),
			paid("4", market.ActPost, "a", market.AttemptFailed, 40),
			paid("5", market.ActPost, "a", market.AttemptBegun, 50),
			paid("6", market.ActHide, "a", market.AttemptDone, 60),
			paid("7", market.ActPost, "b", market.AttemptDone, 70),
		}})
		got, err := db.Spending(t.Context(), "a", 2)
		want := []market.Charge{
			{What: market.ActRepublish, Ad: "ad of 2", At: at(30)},
			{What: market.ActColour, Ad: "ad of 3", At: at(20)},
		}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v\n%s", err, diff)
		}
	})
}

func TestAttempts(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		image := market.Attempt{
			Job: "job:1", Step: "image:0", Account: "a1", Fence: 3, State: market.AttemptDone,
			Before: []byte("before"), Result: []byte("result"), BegunAt: noon, EndedAt: noon.Add(time.Second),
		}
		post := market.Attempt{
			Job: "job:1", Step: "post", Account: "a1", Fence: 3, State: market.AttemptBegun,
			Before: []byte("before"), BegunAt: noon.Add(time.Minute),
		}
		other := market.Attempt{Job: "job:2", Step: "post", State: market.AttemptBegun, BegunAt: noon}
		commit(t, db, market.Changes{Attempts: []market.Attempt{post, image, other}})
		post.State, post.Result, post.AdID, post.EndedAt = market.AttemptDone, []byte("answer"), "ad", noon.Add(time.Hour)
		commit(t, db, market.Changes{Attempts: []market.Attempt{post}})

		got, err := db.Attempts(t.Context(), "job:1")
		must(t, err)
		if diff := cmp.Diff([]market.Attempt{image, post}, got); diff != "" {
			t.Error(diff)
		}
		if none, err := db.Attempts(t.Context(), "job:3"); err != nil || len(none) != 0 {
			t.Errorf("attempts of no job: %v, %v", none, err)
		}
	})
}

func TestBindings(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		b := market.Binding{
			Market: market.MD999, AdID: "7", Account: "a1", Person: 1, Draft: "d1", Body: []byte("answers"), At: noon,
		}
		commit(t, db, market.Changes{Bindings: []market.Binding{b}})
		b.Body = []byte("edited")
		commit(t, db, market.Changes{Bindings: []market.Binding{b}})
		got, err := db.Binding(ctx, market.MD999, "7")
		must(t, err)
		if diff := cmp.Diff(b, got); diff != "" {
			t.Error(diff)
		}

		thief := b
		thief.Draft = "d2"
		session := market.Session{Person: 9, Lang: market.Russian}
		mustBe(t, tryCommit(t, db, market.Changes{Bindings: []market.Binding{thief}, Session: &session}), storage.ErrBound)
		if s, err := db.Session(ctx, 9); err != nil || s.Lang != "" {
			t.Errorf("a refused commit wrote: %+v, %v", s, err)
		}

		bound, err := db.Bound(ctx, market.MD999, []string{"6", "7", "8"})
		must(t, err)
		if diff := cmp.Diff(map[string]string{"7": "d1"}, bound); diff != "" {
			t.Error(diff)
		}
		for m, ids := range map[market.ID][]string{market.OMarket: {"7"}, market.MD999: nil} {
			if bound, err := db.Bound(ctx, m, ids); err != nil || len(bound) != 0 {
				t.Errorf("bound at %s: %v, %v", m, bound, err)
			}
		}
		_, err = db.Binding(ctx, market.OMarket, "7")
		mustBe(t, err, storage.ErrNotFound)
	})
}

func TestUploads(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		commit(t, db, market.Changes{Uploads: []market.Upload{
			{Account: "a1", Hash: "h1", Remote: "r1", At: noon},
			{Account: "a1", Hash: "h2", Remote: "r2", At: noon.Add(time.Minute)},
			{Account: "a2", Hash: "h1", Remote: "r3", At: noon},
		}})
		remote, ok, err := db.Upload(ctx, "a1", "h2")
		must(t, err)
		if remote != "r2" || !ok {
			t.Errorf("upload %q, %v", remote, ok)
		}
		if _, ok, err := db.Upload(ctx, "a2", "h2"); err != nil || ok {
			t.Errorf("another account's upload: %v, %v", ok, err)
		}
		try := func(step string, state market.AttemptState, at time.Time) market.Attempt {
			a := market.Attempt{Job: "job:1", Step: step, Account: "a1", State: state, BegunAt: at}
			if state != market.AttemptBegun {
				a.EndedAt = at
			}
			return a
		}
		commit(t, db, market.Changes{Attempts: []market.Attempt{ // of these, only the lost photo may be with the market beside
			try("photo:0:x", market.AttemptBegun, noon.Add(2*time.Second)), try("photo:1:x", market.AttemptDone, noon.Add(time.Minute)),
			try("photo:2:x", market.AttemptFailed, noon.Add(time.Hour)), try("post", market.AttemptBegun, noon.Add(time.Hour)),
		}})
		for since, want := range map[time.Time]int{noon: 3, noon.Add(time.Second): 2, noon.Add(3 * time.Second): 1, noon.Add(time.Hour): 0} {
			if n, err := db.CountUploads(ctx, "a1", since); err != nil || n != want {
				t.Errorf("since %v: %d, %v, want %d", since, n, err, want)
			}
		}
		if n, err := db.CountUploads(ctx, "a2", noon); err != nil || n != 1 {
			t.Errorf("of another account: %d, %v", n, err)
		}
		commit(t, db, market.Changes{Uploads: []market.Upload{{Account: "a2", Hash: "h2", Remote: "r2", At: noon}}})
		commit(t, db, market.Changes{DropUploads: []market.Upload{{Account: "a1", Remote: "r2"}, {Account: "a1", Remote: "never"}}})
		for account, want := range map[string]string{"a1": "[r1]", "a2": "[r2 r3]"} {
			left, err := db.Uploads(ctx, account)
			must(t, err)
			slices.Sort(left)
			if fmt.Sprint(left) != want {
				t.Errorf("%s has %v, want %s", account, left, want)
			}
		}
	})
}

// A listing is replaced by the next one, and goes with its account.
func TestListings(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		read := func(account string, want *market.Listing) {
			t.Helper()
			got, ok, err := db.Listing(t.Context(), account)
			must(t, err)
			if want == nil {
				want = &market.Listing{}
			}
			if diff := cmp.Diff(*want, got); diff != "" || ok != (want.Account != "") {
				t.Errorf("%v\n%s", ok, diff)
			}
		}
		one := market.Listing{Account: "a1", Body: []byte("ads"), At: noon}
		two := market.Listing{Account: "a2", Body: []byte("others"), At: noon.Add(time.Minute)}
		read("a1", nil)
		commit(t, db, market.Changes{Listings: []market.Listing{one, two}})
		one.Body, one.At = []byte("fewer"), noon.Add(time.Hour)
		commit(t, db, market.Changes{Listings: []market.Listing{one}})
		read("a1", &one)
		read("a2", &two)
		commit(t, db, market.Changes{DropAccounts: []string{"a1"}})
		read("a1", nil)
		read("a2", &two)
	})
}

func TestCatalogue(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		if _, _, ok, err := db.CatalogueEntry(ctx, market.MD999, "k"); err != nil || ok {
			t.Errorf("an entry from nowhere: %v, %v", ok, err)
		}
		for i, body := range [][]byte{[]byte("first"), {}, bytes.Repeat([]byte("option "), 100_000)} {
			at := noon.Add(time.Duration(i) * time.Hour)
			must(t, db.PutCatalogueEntry(ctx, market.MD999, "k", body, at))
			got, fetched, ok, err := db.CatalogueEntry(ctx, market.MD999, "k")
			must(t, err)
			if !ok || !bytes.Equal(got, body) || !fetched.Equal(at) {
				t.Errorf("entry %d: %d bytes, %v, %v", i, len(got), fetched, ok)
			}
		}
	})
}
