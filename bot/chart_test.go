package bot

import (
	"bytes"
	"image/png"
	"log/slog"
	"os"
	"testing"
	"time"

	"bazarbot/dialogs"
	"bazarbot/locales"
)

// The picture of the figures is a PNG of a phone's width, in every language.
func TestChart(t *testing.T) {
	t.Parallel()
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	c := dialogs.Chart{Title: dialogs.Text{Key: "stats.chart"}}
	people := dialogs.Series{Name: dialogs.Text{Key: "stats.chart_new"}}
	ads := dialogs.Series{Name: dialogs.Text{Key: "stats.chart_ads", Args: dialogs.Args{"Market": "999.md"}}}
	for i := range 14 {
		c.Days = append(c.Days, time.Date(2026, 11, 7+i, 0, 0, 0, 0, time.UTC))
		people.N, ads.N = append(people.N, i*i%37), append(ads.N, i*3)
	}
	c.Series = []dialogs.Series{people, ads}
	for _, lang := range texts.Langs() {
		drawn := renderer{texts: texts, lang: lang, log: slog.New(slog.DiscardHandler)}.chart(c)
		img, err := png.Decode(bytes.NewReader(drawn))
		if err != nil {
			t.Fatal(err)
		}
		if size := img.Bounds().Size(); size.X != 900 || size.Y != 540 {
			t.Errorf("%s: %v", lang, size)
		}
		if to := os.Getenv("CHART_TO"); to != "" {
			if err := os.WriteFile(to+"/chart-"+lang+".png", drawn, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}
