package storage_test

import (
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"

	"bazarbot/market"
	"bazarbot/storage"
)

// Of many who add something at once, nobody's is lost.
func TestAmendCatalogueEntry(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		const writers = 20
		errs := make([]error, writers)
		var all sync.WaitGroup
		for i := range writers {
			all.Go(func() {
				errs[i] = db.AmendCatalogueEntry(t.Context(), market.OMarket, "known/11", noon, func(body []byte) ([]byte, error) {
					return append(body, strconv.Itoa(i)+","...), nil
				})
			})
		}
		all.Wait()
		must(t, errors.Join(errs...))
		body, at, ok, err := db.CatalogueEntry(t.Context(), market.OMarket, "known/11")
		must(t, err)
		if !ok || !at.Equal(noon) {
			t.Errorf("kept: %v, at %v", ok, at)
		}
		for i := range writers {
			if !strings.Contains(","+string(body), ","+strconv.Itoa(i)+",") {
				t.Errorf("%d is lost: %s", i, body)
			}
		}
	})
}

// An amendment that fails changes nothing and leaves nothing behind.
func TestAmendCatalogueEntryFails(t *testing.T) {
	onBothOpen(t, func(t *testing.T, db *storage.DB) {
		why := errors.New("no")
		fails := func([]byte) ([]byte, error) { return nil, why }
		mustBe(t, db.AmendCatalogueEntry(t.Context(), market.OMarket, "k", noon, fails), why)
		if _, _, ok, err := db.CatalogueEntry(t.Context(), market.OMarket, "k"); ok || err != nil {
			t.Errorf("something is kept: %v, %v", ok, err)
		}
		must(t, db.PutCatalogueEntry(t.Context(), market.OMarket, "k", []byte("old"), noon))
		mustBe(t, db.AmendCatalogueEntry(t.Context(), market.OMarket, "k", noon, fails), why)
		body, _, _, err := db.CatalogueEntry(t.Context(), market.OMarket, "k")
		must(t, err)
		if string(body) != "old" {
			t.Errorf("the entry is %q", body)
		}
	})
}
