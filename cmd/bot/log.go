package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"bazarbot/bot"
	"bazarbot/lanes"
)

// The names under which the log tells of one thing, whoever logs it. Packages
// use short names of their own; logNames translates them, so that one search
// finds every line of a person, an update or a reference. docs/operations.md
// lists them.
const (
	logUpdate    = "update"    // Telegram's update_id
	logUser      = "user"      // Telegram's id of a person
	logReference = "reference" // what a person was shown with an error
	logError     = "error"
	logTook      = "took" // seconds, in JSON
)

// logNames are the names packages use for the same.
var logNames = map[string]string{"err": logError, "ref": logReference, "person": logUser}

// slow is from when on ordinary work is worth a line.
const slow = time.Second

// newLogger writes to w, or to standard error when there is none.
func newLogger(cfg settings, w io.Writer) *slog.Logger {
	if w == nil {
		w = os.Stderr
	}
	if cfg.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: cfg.level, ReplaceAttr: jsonAttr}))
	}
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: cfg.level, ReplaceAttr: logAttr}))
}

// logAttr gives an attribute the name that all use. A lane and a row's key
// become what they stand for: "user:42" is user 42, "tg:7" is update 7.
func logAttr(_ []string, a slog.Attr) slog.Attr {
	if name, ok := logNames[a.Key]; ok {
		a.Key = name
	}
	switch a.Key {
	case "lane":
		if class, of, ok := strings.Cut(a.Value.String(), ":"); ok {
			return slog.String(class, of)
		}
	case "key":
		if id, ok := strings.CutPrefix(a.Value.String(), "tg:"); ok {
			return slog.String(logUpdate, id)
		}
	}
	return a
}

// jsonAttr does the same, and writes durations as seconds and ids as text: the
// standard library would write nanoseconds, and some readers round large numbers.
func jsonAttr(groups []string, a slog.Attr) slog.Attr {
	a = logAttr(groups, a)
	switch {
	case a.Value.Kind() == slog.KindDuration:
		a.Value = slog.Float64Value(a.Value.Duration().Seconds())
	case a.Key == logUser:
		a.Value = slog.StringValue(a.Value.String())
	}
	return a
}

// logWork writes the line of a row: what failed and what was slow always, the
// rest for who debugs. Failures have lines with their causes besides.
func logWork(log *slog.Logger, e lanes.Event) {
	level := slog.LevelDebug
	// Only people's rows are to start at once: timers and jobs wait for good reasons.
	late := e.Class == bot.Class && e.Waited > slow
	if e.Outcome != lanes.Done || e.Took > slow || late {
		level = slog.LevelInfo
	}
	if !log.Enabled(context.Background(), level) {
		return
	}
	log.LogAttrs(context.Background(), level, "work",
		slog.String("lane", e.Lane), slog.String("key", e.Key), slog.String("kind", e.Kind),
		slog.String("outcome", string(e.Outcome)), slog.Duration("waited", e.Waited), slog.Duration(logTook, e.Took))
}
