package storage_test

import (
	"maps"
	"strings"
	"testing"

	"bazarbot/market"
	"bazarbot/storage"
)

// checkKeys looks at a database, beside whoever has it open.
func checkKeys(t *testing.T, url, keys string) storage.KeyReport {
	t.Helper()
	reader, err := storage.OpenReader(t.Context(), storage.Config{URL: url, Ring: parse(t, keys)})
	must(t, err)
	defer func() { must(t, reader.Close()) }()
	report, err := reader.CheckKeys(t.Context())
	must(t, err)
	return report
}

func TestCheckKeys(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		old, next := storage.NewKey("k1"), storage.NewKey("k2")
		db, err := storage.Open(t.Context(), storage.Config{URL: url, Ring: parse(t, old)})
		must(t, err)
		writeEverywhere(t, db)
		first := checkKeys(t, url, old)
		if first.Values["k1"] < 10 || first.Unopened.Count != 0 {
			t.Errorf("with its key: %+v", first)
		}
		both := checkKeys(t, url, next+","+old)
		if want := map[string]int{"k1": first.Values["k1"], "k2": 0}; !maps.Equal(both.Values, want) {
			t.Errorf("%v, want %v", both.Values, want)
		}
		for name, c := range map[string]struct{ keys, says string }{
			"without its key":         {next, `key "k1" is not in the ring`},
			"with another of its key": {storage.NewKey("k1"), `key "k1" of the ring is another one`},
		} {
			got := checkKeys(t, url, c.keys)
			if got.Unopened.Count != first.Values["k1"]+1 || !strings.Contains(got.Unopened.First[0], c.says) {
				t.Errorf("%s: %+v", name, got)
			}
			if strings.Contains(strings.Join(got.Unopened.First, ""), written) {
				t.Errorf("%s: content is shown", name)
			}
		}
		must(t, db.Shutdown())
	})
}

// What cannot be opened is told of, and holds up nothing else.
func TestRotationSetsDamagedValuesAside(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		old, next := storage.NewKey("k1"), storage.NewKey("k2")
		db, err := storage.Open(t.Context(), storage.Config{URL: url, Ring: parse(t, old)})
		must(t, err)
		commit(t, db, market.Changes{Drafts: manyDrafts(1200, "body")}) // several batches
		must(t, db.Shutdown())
		_, err = raw(t, url).ExecContext(t.Context(),
			`UPDATE drafts SET body = (SELECT body FROM drafts WHERE id = 'many001'), person = 2 WHERE id IN ('many500', 'many999')`)
		must(t, err)

		db = open(t, url, parse(t, next+","+old))
		got, err := db.Rotate(t.Context())
		must(t, err)
		if got.Resealed != 1198 || got.Unopened.Count != 2 {
			t.Errorf("rotated: %+v", got)
		}
		for i, id := range []string{"many500", "many999"} {
			if told := got.Unopened.First[i]; !strings.Contains(told, "drafts.body, id ["+id+"]") {
				t.Errorf("%s is told of as %q", id, told)
			}
		}
		if report := checkKeys(t, url, next+","+old); report.Values["k1"] != 2 || report.Values["k2"] != 1198 {
			t.Errorf("afterwards: %+v", report)
		}
	})
}
