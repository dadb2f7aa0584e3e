package storage_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bazarbot/lanes"
	"bazarbot/market"
	"bazarbot/storage"
)

func TestStaff(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		roles := func() map[int64]market.StaffRole {
			t.Helper()
			of := map[int64]market.StaffRole{}
			all, err := db.Staff(ctx)
			must(t, err)
			for _, s := range all {
				of[s.Person] = s.Role
				if role, err := db.StaffRole(ctx, s.Person); err != nil || role != s.Role {
					t.Errorf("role of %d: %q, %v", s.Person, role, err)
				}
			}
			return of
		}
		must(t, db.SetOwners(ctx, []int64{1, 2, 1}))
		commit(t, db, market.Changes{Staff: []market.Staff{
			{Person: 3, Role: market.StaffAdmin, By: 1}, {Person: 4, Role: market.StaffSupport, By: 1}, {Person: 2, Role: "", By: 3},
		}})
		want := map[int64]market.StaffRole{1: market.StaffOwner, 2: market.StaffOwner, 3: market.StaffAdmin, 4: market.StaffSupport}
		if diff := cmp.Diff(want, roles()); diff != "" {
			t.Error("an owner was dismissed, or: ", diff)
		}
		commit(t, db, market.Changes{Staff: []market.Staff{{Person: 4, Role: "", By: 1}}})
		must(t, db.SetOwners(ctx, []int64{2, 3}))
		if diff := cmp.Diff(map[int64]market.StaffRole{2: market.StaffOwner, 3: market.StaffOwner}, roles()); diff != "" {
			t.Error(diff)
		}
		must(t, db.SetOwners(ctx, nil))
		if got := roles(); len(got) > 0 {
			t.Errorf("left: %v", got)
		}
	})
}

// A username finds its person, in any case and under any key of the ring; who
// gave it up is not found by it.
func TestFindPerson(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		old, next := storage.NewKey("k1"), storage.NewKey("k2")
		seen := func(db *storage.DB, id int64, name string, at int) {
			commit(t, db, market.Changes{Session: &market.Session{Person: id, Lang: market.Russian, Seen: &market.Seen{
				Username: name, At: time.Now().Add(time.Duration(at) * time.Hour),
			}}})
		}
		finds := func(db *storage.DB, name string, want int64) {
			t.Helper()
			if id, err := db.FindPerson(t.Context(), name); err != nil || id != want {
				t.Errorf("%s is %d, %v; want %d", name, id, err, want)
			}
		}
		db, err := storage.Open(t.Context(), storage.Config{URL: url, Ring: parse(t, old)})
		must(t, err)
		seen(db, 1, "Seller_One", 0)
		seen(db, 2, "gives_up", 0)
		seen(db, 2, "", 1)
		commit(t, db, market.Changes{Session: &market.Session{Person: 1, Lang: market.Russian}}) // tells nothing of the name
		finds(db, "seller_one", 1)
		finds(db, "gives_up", 0)
		finds(db, "nobody", 0)
		must(t, db.Shutdown())
		db = open(t, url, parse(t, next+","+old))
		finds(db, "SELLER_ONE", 1)
		seen(db, 3, "seller_one", 2) // the name has a new owner
		finds(db, "seller_one", 3)
	})
}

func TestPauses(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		for _, group := range []int64{-1, -2} { // slow themselves only
			must(t, db.Pause(ctx, group, time.Minute))
		}
		p, err := db.Pauses(ctx, "me", 12)
		must(t, err)
		if !p.All.IsZero() || !p.Bulk.IsZero() || len(p.Chats) != 2 {
			t.Errorf("after two groups: %+v", p)
		}
		must(t, db.Pause(ctx, 7, time.Minute))
		p, err = db.Pauses(ctx, "me", 12)
		must(t, err)
		if !p.All.IsZero() || time.Until(p.Bulk) < 50*time.Second || time.Until(p.Chats[7]) < 50*time.Second || len(p.Chats) != 3 {
			t.Errorf("after one chat: %+v", p)
		}
		must(t, db.Pause(ctx, 7, time.Second)) // the same chat, and never shorter
		p, err = db.Pauses(ctx, "me", 12)
		must(t, err)
		if !p.All.IsZero() || time.Until(p.Bulk) < 50*time.Second {
			t.Errorf("after the same chat again: %+v", p)
		}
		must(t, db.Pause(ctx, 8, 2*time.Minute))
		p, err = db.Pauses(ctx, "other", 0)
		must(t, err)
		if time.Until(p.All) < 110*time.Second || p.Replies != 12 {
			t.Errorf("after two chats: %+v", p)
		}
	})
}

// Of what happens often one message is made now and then, by one process.
func TestAlerts(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		ctx := t.Context()
		tell := func(every time.Duration) []market.Alert { t.Helper(); return due(t, db, every) }
		for range 3 {
			must(t, db.AddAlert(ctx, market.Alert{Kind: market.AlertDead, Count: 2, Detail: "user"}))
		}
		if diff := cmp.Diff([]market.Alert{{Kind: market.AlertDead, Count: 6, Detail: "user"}}, tell(time.Hour)); diff != "" {
			t.Error(diff)
		}
		must(t, db.AddAlert(ctx, market.Alert{Kind: market.AlertDead, Count: 1}))
		must(t, db.AddAlert(ctx, market.Alert{Kind: market.AlertKey, Count: 1}))
		if got := tell(time.Hour); len(got) != 1 || got[0].Kind != market.AlertKey {
			t.Errorf("too soon: %v", got)
		}
		if got := tell(0); len(got) != 1 || got[0].Count != 1 || got[0].Kind != market.AlertDead {
			t.Errorf("after a while: %v", got)
		}
	})
}

// Of what is counted one by one the first few details are told, the others are in
// the number.
func TestAlertOfEach(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		line := strings.Repeat("x", 60)
		for range 9 {
			must(t, db.AddAlert(t.Context(), market.Alert{Kind: market.AlertDead, Count: 1, Each: true, Detail: line}))
		}
		want := []market.Alert{{Kind: market.AlertDead, Count: 9, Detail: strings.TrimSuffix(strings.Repeat(line+"\n", 4), "\n")}}
		if diff := cmp.Diff(want, due(t, db, 0)); diff != "" {
			t.Error(diff)
		}
		must(t, db.AddAlert(t.Context(), market.Alert{Kind: market.AlertDead, Count: 1, Each: true, Detail: "next"}))
		if got := due(t, db, 0); len(got) != 1 || got[0].Detail != "next" {
			t.Errorf("after it was told: %v", got)
		}
	})
}

// A fault is told once as long as it lasts, also when its kind might be told
// again; a fault met after a quiet time is another.
func TestAlertOfLastingFault(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		meet := func(what string, quiet time.Duration) []market.Alert {
			t.Helper()
			must(t, db.AddAlert(t.Context(), market.Alert{Kind: market.AlertOutage, Count: 3, Once: what, Quiet: quiet, Detail: what}))
			return due(t, db, 0)
		}
		for _, what := range []string{"999md", "omarket"} {
			if diff := cmp.Diff([]market.Alert{{Kind: market.AlertOutage, Count: 1, Detail: what}}, meet(what, time.Hour)); diff != "" {
				t.Error(diff)
			}
		}
		for range 3 {
			if got := meet("999md", time.Hour); len(got) > 0 {
				t.Errorf("told again: %v", got)
			}
		}
		const quiet = 5 * time.Millisecond
		<-time.After(2 * quiet)
		if got := meet("999md", quiet); len(got) != 1 {
			t.Errorf("after a quiet time: %v", got)
		}
		if got := meet("999md", 0); len(got) > 0 {
			t.Errorf("what is never told again: %v", got)
		}
	})
}

// due takes the alerts of which nothing was told for so long.
func due(t *testing.T, db *storage.DB, every time.Duration) (told []market.Alert) {
	t.Helper()
	must(t, db.TellAlerts(t.Context(), every, func(a []market.Alert) []lanes.NewRow {
		told = a
		return nil
	}))
	return told
}

func TestCardAndStats(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		writeEverywhere(t, db)
		commit(t, db, market.Changes{
			Session:  &market.Session{Person: 1, Lang: market.Russian, Seen: &market.Seen{}},
			Attempts: []market.Attempt{{Job: "k", Step: "post", Account: "a1", State: market.AttemptFailed}},
			News:     []market.News{{Person: 1, Off: true}},
		})
		card, ok, err := db.PersonCard(t.Context(), 1)
		must(t, err)
		if !ok || card.Role != market.StaffAdmin || !card.NewsOff || len(card.Accounts) != 1 || card.Accounts[0].Secret != "" ||
			len(card.Drafts) != 1 || card.Drafts[0].Body != nil || len(card.Charges) != 2 || len(card.Refs) != 1 || card.Refs[0].Ref != "REF" {
			t.Errorf("card: %+v", card)
		}
		if _, ok, err := db.PersonCard(t.Context(), 2); ok || err != nil {
			t.Errorf("a card of nobody: %v, %v", ok, err)
		}
		s, err := db.Stats(t.Context(), time.Now().Add(time.Second))
		must(t, err)
		last := s.Days[len(s.Days)-1]
		if s.People < 1 || s.Active.Day != 1 || s.Langs[market.Russian] != 1 || s.Accounts[market.MD999] != 1 || last.Ads[market.MD999] != 1 ||
			last.New < 1 || s.Failures["post"] != 1 || s.Failures["dead update"] != 1 || len(s.Queues) == 0 || s.NewsOff != 1 {
			t.Errorf("stats: %+v", s)
		}
	})
}
