package md999

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bazarbot/sandbox/stand/standtest"
)

func TestListOfAdverts(t *testing.T) {
	t.Parallel()
	clock := standtest.ClockAt(noon)
	m := open(t, Options{Now: clock.Now})
	var ids []string
	for range 35 {
		ids = append(ids, m.post(phone))
		clock.Pass(time.Minute)
	}
	for i, state := range []State{Blocked, Hidden, Hidden, Expired, NeedPay, BlockedCommercial} {
		if err := m.SetState(ids[i], state); err != nil {
			t.Fatal(err)
		}
	}
	m.send("POST", "/adverts/"+ids[3]+"/republish", "") // expired no more, and the newest
	newest := []string{ids[3], ids[34], ids[33]}
	tests := []struct {
		query             string
		count, page, size int
		subtotal          int
		first             []string
	}{
		{"", 30, 1, 30, 35, newest},
		{"?page=2", 5, 2, 30, 35, []string{ids[5], ids[4], ids[2]}},
		{"?page=3", 0, 3, 30, 35, nil},
		{"?page=12&page_size=3", 2, 12, 3, 35, []string{ids[1], ids[0]}},
		{"?page_size=1000", 35, 1, 1000, 35, newest},
		{"?states=public", 30, 1, 30, 30, newest},
		{"?states=public,hidden&page_size=5&page=2&lang=ru", 5, 2, 5, 32, nil},
		{"?states=hidden", 2, 1, 30, 2, []string{ids[2], ids[1]}},
		{"?states=blocked,blocked_commercial,need_pay", 3, 1, 30, 3, []string{ids[5], ids[4], ids[0]}},
		{"?states=expired", 0, 1, 30, 0, nil},
	}
	for _, test := range tests {
		got := m.fetch("/adverts" + test.query)
		found := list(t, got, "adverts", "id")
		counts := fmt.Sprint(len(found), got["page"], got["page_size"], got["subtotal"], got["total"])
		if want := fmt.Sprint(test.count, test.page, test.size, test.subtotal, 35); counts != want {
			t.Errorf("%s: %s, want %s", test.query, counts, want)
		}
		if diff := cmp.Diff(test.first, found[:min(len(found), len(test.first))], cmp.Transformer("nil", func(s []string) int { return len(s) })); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.query, diff)
		}
	}
}

func TestListedAdvert(t *testing.T) {
	t.Parallel()
	winter := time.Date(2026, 1, 10, 13, 46, 19, 0, time.UTC)
	m := open(t, Options{Now: func() time.Time { return winter }})
	id := m.post(phone)
	if err := m.SetState(id, Blocked, Illegal); err != nil {
		t.Fatal(err)
	}
	want := decoded(t, `{"id": "`+id+`", "title": "iPhone 13", "state": "blocked", "categories": {
		"category": {"id": "600", "title": "Электроника и техника", "url": "electronics"},
		"subcategory": {"id": "601", "title": "Мобильные телефоны", "url": "electronics/mobile-phones"}},
		"type": "standard", "views_counter": 0,
		"autorepublisher": {"enabled": false, "from_hour": 8, "to_hour": 20, "interval": 60, "weekdays": []},
		"posted": "2026-01-10T15:46:19+02:00", "republished": "2026-01-10T15:46:19+02:00",
		"expire": "2026-02-09T15:46:19+02:00", "block_reasons": [{"type": "illegal", "title": "Нарушение закона"}]}`)
	if diff := cmp.Diff(want, m.fetch("/adverts")["adverts"].([]any)[0]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := m.SetState("1", Public); err == nil {
		t.Error("an unknown advert has a state")
	}
	if err := m.SetState(id, "sold"); err == nil {
		t.Error("an unknown state is taken")
	}
}

// An advert without a title feature is named after what was chosen first.
func TestTitleOfAJob(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	m.post(`{"category_id": "800", "subcategory_id": "801", "offer_type": "1111", "features": [
		{"id": "2801", "value": "3004"}, {"id": "2802", "value": "3101"}, {"id": "13", "value": "Смены по 8 часов"},
		{"id": "7", "value": "12900"}, {"id": "8", "value": "13859"}, {"id": "9", "value": "15664"},
		{"id": "16", "value": ["37378000000"]}]}`)
	if got := list(t, m.fetch("/adverts?lang=ro"), "adverts", "title"); got[0] != "Bucătar" {
		t.Errorf("title %q", got)
	}
}
