package markettest

import (
	"log/slog"
	"strings"
	"sync"
)

// Journal is a log that many goroutines write.
type Journal struct {
	mu sync.Mutex
	b  strings.Builder
}

// Logger writes everything to the journal, down to the least.
func (j *Journal) Logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(j, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// Write is for the logger.
func (j *Journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

// String is all that was written.
func (j *Journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

// Count is how often a text was written.
func (j *Journal) Count(text string) int { return strings.Count(j.String(), text) }
