package omarket

import (
	"strings"
	"testing"

	"bazarbot/market"
	sandbox "bazarbot/sandbox/omarket"
)

// Ways lead from any level of the tree to its leaves, the popular ones first,
// with one request for all.
func TestWays(t *testing.T) {
	t.Parallel()
	w := newTown(t, sandbox.Options{})
	ways := func(field string, answers market.Answers) (titles []string) {
		t.Helper()
		found, err := w.c.Ways(t.Context(), "", market.Russian, answers, field)
		if err != nil {
			t.Fatal(err)
		}
		for _, way := range found {
			names := make([]string, len(way))
			for i, s := range way {
				names[i] = s.Field + " " + s.Option.ID + " " + s.Option.Title
			}
			titles = append(titles, strings.Join(names, ", "))
		}
		return titles
	}
	top := ways("category", nil)
	if len(top) < 15 || top[0] != "category 1 Транспорт, category2 2 Автомобили" {
		t.Errorf("from the top: %q", top)
	}
	for _, title := range top {
		if strings.HasPrefix(title, "category 368") {
			t.Errorf("an option of the level itself is a way: %q", title)
		}
	}
	alike(t, "from the second level", []string{
		"category2 32 Компьютеры, category3 33 Ноутбуки", "category2 32 Компьютеры, category3 34 Комплектующие",
	}, ways("category2", choose("category", "30")))
	for field, answers := range map[string]market.Answers{
		"category2": choose("category", "1"), // the last level
		"category3": choose("category", "1"), // a level that is not there
		"title":     choose("category", "1", "category2", "2"),
	} {
		if got := ways(field, answers); len(got) > 0 {
			t.Errorf("from %s: %q", field, got)
		}
	}
	if n := w.sandbox.Count("GET /api/ads-board/v1/category/list"); n != 1 {
		t.Errorf("%d requests", n)
	}
	for _, way := range top {
		if !strings.Contains(way, "category3") {
			continue
		}
		f := w.form(choose("category", "30", "category2", "32", "category3", "33"))
		if !f.Complete {
			t.Error("a way leads nowhere")
		}
		return
	}
	t.Error("no way has three steps")
}
