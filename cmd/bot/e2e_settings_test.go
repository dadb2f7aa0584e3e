package main

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"bazarbot/sandbox/md999"
)

// TestE2ESettingsFaults: whatever is wrong is named at once, with how to mend
// it, and no secret is quoted.
func TestE2ESettingsFaults(t *testing.T) {
	t.Parallel()
	const secret = "s3cret+value"
	for _, c := range []struct {
		name    string
		environ []string
		faults  []string // each a setting and how to mend it
	}{
		{"nothing is set", nil, []string{"TELEGRAM_TOKEN is missing: get one from @BotFather"}},
		{"everything is wrong", []string{
			"TELEGRAM_TOKEN=" + secret, "TELEGRAM_API_URL=" + secret, "WEBHOOK_URL=http://" + secret,
			"WEBHOOK_SECRET=" + secret, "LISTEN_ADDR=8080", "OPS_ADDR=9090", "DATABASE_URL=mysql://user:" + secret + "@host/db",
			"ENCRYPTION_KEYS=" + secret, "MARKETS=999md,ebay", "MD999_URL=http://example.com",
			"LOG_LEVEL=loud", "LOG_FORMAT=xml", "PPROF_ADDR=0.0.0.0:6060",
		}, []string{
			"TELEGRAM_TOKEN is no token: it looks like", "TELEGRAM_API_URL is no address: it looks like",
			"WEBHOOK_URL is no public https address: it looks like", "WEBHOOK_SECRET must have 16 to 256 characters",
			"LISTEN_ADDR is no address: it looks like", "OPS_ADDR is no address: it looks like",
			"DATABASE_URL is neither postgres://user:password@host/name nor sqlite", "ENCRYPTION_KEYS cannot be read: make a key",
			`MARKETS names "ebay"`, "MD999_URL must be an https address",
			"LOG_LEVEL is not one of debug, info, warn, error", "LOG_FORMAT is neither text nor json",
			"PPROF_ADDR must be an address of this very machine",
		}},
		{"what belongs together", []string{
			"TELEGRAM_TOKEN=1:abcdefghijklmnop", "WEBHOOK_URL=https://bot.example.com/hook", "WEBHOOK_SECRET=0123456789abcdef",
		}, []string{"DATABASE_URL must be said with WEBHOOK_URL"}},
		{"postgres without keys", []string{
			"TELEGRAM_TOKEN=1:abcdefghijklmnop", "DATABASE_URL=postgres://user:" + secret + "@host/db", "WEBHOOK_SECRET=" + secret,
		}, []string{"ENCRYPTION_KEYS is missing", "WEBHOOK_SECRET is set and WEBHOOK_URL is not"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := loadSettings(c.environ)
			if err == nil {
				t.Fatal("the settings are taken")
			}
			for _, fault := range c.faults {
				if !strings.Contains(err.Error(), fault) {
					t.Errorf("not named: %s", fault)
				}
			}
			if n := strings.Count(err.Error(), "\n  - "); n != len(c.faults) {
				t.Errorf("%d faults are named, not %d:\n%v", n, len(c.faults), err)
			}
			if strings.Contains(err.Error(), secret) {
				t.Errorf("a secret is quoted:\n%v", err)
			}
		})
	}
}

// TestE2EHelpText: bot -h lists every setting and every subcommand.
func TestE2EHelpText(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := command(t.Context(), []string{"-h"}, &out); err != nil {
		t.Fatal(err)
	}
	kind := reflect.TypeFor[settings]()
	for i := range kind.NumField() {
		if name := kind.Field(i).Tag.Get("env"); name != "" && !strings.Contains(out.String(), "  "+name+" ") {
			t.Errorf("bot -h does not list %s", name)
		}
	}
	for _, name := range []string{
		"run", "demo", "migrate", "keys new", "keys check", "keys rotate", "healthcheck", "backup", "restore", "migrate-data",
	} {
		if !strings.Contains(out.String(), name) {
			t.Errorf("bot -h does not list %s", name)
		}
	}
	for _, wrong := range [][]string{
		{"dance"}, {"run", "fast"}, {"keys"}, {"keys", "steal"}, {"demo", "-sing"}, {"healthcheck", "now"}, {"backup"},
		{"restore", "a", "b"}, {"migrate", "up"}, {"migrate", "-down", "1", "-to", "1"}, {"migrate", "-down", "-1"}, {"migrate-data", "x"},
	} {
		var usage *usageError
		if err := command(t.Context(), wrong, &out); !errors.As(err, &usage) {
			t.Errorf("bot %s: %v", strings.Join(wrong, " "), err)
		}
	}
}

// TestE2EReadiness: ready once updates come in, not ready from the moment the
// end is asked for, while what runs still comes to its end.
func TestE2EReadiness(t *testing.T) {
	t.Parallel()
	address := freeAddress(t)
	w := newWorld(t, townOptions{}, "OPS_ADDR="+address)
	if err := healthcheck(t.Context(), w.settings); err == nil {
		t.Error("healthy before the start")
	}
	w.start()
	if err := healthcheck(t.Context(), w.settings); err != nil {
		t.Error(err)
	}
	for _, path := range []string{"/healthz", "/metrics"} {
		if status := statusOf(t.Context(), "http://"+address+path); status != http.StatusOK {
			t.Errorf("%s answers %d", path, status)
		}
	}

	s := w.seller("ru")
	s.reviewsAd()
	uploading, goOn := make(chan struct{}, 1), make(chan struct{})
	w.town.md999.SetHooks(md999.Hooks{Before: func(ctx context.Context, c md999.Call) {
		if c.Route != "POST /images" {
			return
		}
		select {
		case uploading <- struct{}{}:
		default:
		}
		select {
		case <-goOn:
		case <-ctx.Done():
		}
	}})
	s.presses("button.publish_for")
	<-uploading
	w.end()
	for statusOf(t.Context(), "http://"+address+"/readyz") == http.StatusOK { // each answer is a step
	}
	if status := statusOf(t.Context(), "http://"+address+"/readyz"); status != http.StatusServiceUnavailable {
		t.Errorf("/readyz answers %d while the bot stops", status)
	}
	if status := statusOf(t.Context(), "http://"+address+"/healthz"); status != http.StatusOK {
		t.Errorf("/healthz answers %d while the bot stops", status)
	}
	close(goOn)
	w.stop()
	w.town.md999.SetHooks(md999.Hooks{})
	w.start()
	s.sees("publish.done")
	w.holdsSmallAd(demoKey)
}

// statusOf is the status of an answer, 0 when there is none.
func statusOf(ctx context.Context, url string) int {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0
	}
	_ = res.Body.Close()
	return res.StatusCode
}
