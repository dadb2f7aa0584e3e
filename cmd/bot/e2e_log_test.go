package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"bazarbot/lanes"
	"bazarbot/sandbox/md999"
)

// entries reads a log of JSON lines.
func entries(t *testing.T, log string) (all []map[string]any) {
	t.Helper()
	for line := range strings.Lines(log) {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatalf("no JSON: %q", line)
		}
		all = append(all, entry)
	}
	return all
}

// TestLogNames: whatever a package calls it, the log has one name for it.
func TestLogNames(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := newLogger(settings{LogFormat: "json"}, &out)
	log.Info("a", "err", "cause", "ref", "ABCD2345", "person", int64(42), "lane", "account:7", "key", "tg:9")
	log.Info("b", "lane", "user:42", "key", "job:1:end", "took", 1500*time.Millisecond)
	log.Info("c", "lane", "poll")
	got := entries(t, out.String())
	for i, want := range []map[string]any{
		{"error": "cause", "reference": "ABCD2345", "user": "42", "account": "7", "update": "9"},
		{"user": "42", "key": "job:1:end", "took": 1.5},
		{"lane": "poll"},
	} {
		for name, value := range want {
			if got[i][name] != value {
				t.Errorf("line %d: %s is %v, not %v", i, name, got[i][name], value)
			}
		}
		if n := len(got[i]) - 3; n != len(want) { // time, level, msg
			t.Errorf("line %d: %v", i, got[i])
		}
	}
}

// TestLogWork: what went as it should is no news.
func TestLogWork(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		event lanes.Event
		told  bool
	}{
		"quick":         {lanes.Event{Class: "user", Outcome: lanes.Done, Took: time.Millisecond}, false},
		"slow":          {lanes.Event{Class: "user", Outcome: lanes.Done, Took: 2 * time.Second}, true},
		"late":          {lanes.Event{Class: "user", Outcome: lanes.Done, Waited: 2 * time.Second}, true},
		"a timer's day": {lanes.Event{Class: "timer", Outcome: lanes.Done, Waited: 24 * time.Hour}, false},
		"put off":       {lanes.Event{Class: "account", Outcome: lanes.Put}, true},
		"failed":        {lanes.Event{Class: "user", Outcome: lanes.Failed}, true},
	} {
		var out bytes.Buffer
		logWork(newLogger(settings{LogFormat: "json", level: slog.LevelInfo}, &out), c.event)
		if told := out.Len() > 0; told != c.told {
			t.Errorf("%s: told %v", name, told)
		}
	}
}

// TestE2ELog: a person's lines are found by their id, an update's by its id, a
// market's by the route, and what a person is shown by its reference.
func TestE2ELog(t *testing.T) {
	t.Parallel()
	w := newWorld(t, townOptions{}, "LOG_FORMAT=json", "LOG_LEVEL=debug")
	w.start()
	s := w.seller("ru")
	s.beginsAd()
	w.town.md999.AddFault(md999.Fault{Route: "POST /images", Kind: md999.FaultAnswer, Status: http.StatusBadRequest, Body: `{"error":"no"}`, Times: -1})
	s.answersTexts()
	s.finishesAd()
	s.presses("button.publish_for")
	s.sees("error.kept")
	w.stop()
	user := fmt.Sprint(s.person.ID())
	var work, calls, references int
	for _, e := range entries(t, w.logs.String()) {
		_, timed := e["took"].(float64)
		switch {
		case e["msg"] == "work" && e["user"] == user && e["update"] != nil && timed:
			work++
		case e["msg"] == "market call" && e["market"] == "999md" && e["route"] == "upload image" && timed:
			calls++
		case e["reference"] != nil && e["user"] == user && e["error"] != nil:
			references++
		}
		for _, old := range []string{"err", "ref", "person"} {
			if _, is := e[old]; is {
				t.Errorf("%v calls it %s", e, old)
			}
		}
	}
	if work == 0 || calls == 0 || references == 0 {
		t.Errorf("lines of work: %d, of the market: %d, with a reference: %d", work, calls, references)
	}
}
