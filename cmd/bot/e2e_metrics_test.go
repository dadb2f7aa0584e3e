package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"bazarbot/sandbox/md999"
)

// scrape reads the metrics of a running bot: each line's value by its name and
// labels, and the names of all metrics.
func scrape(t *testing.T, address string) (lines map[string]string, names map[string]bool) {
	t.Helper()
	status, body := ask(t, http.MethodGet, "http://"+address+"/metrics")
	if status != http.StatusOK {
		t.Fatalf("/metrics answers %d", status)
	}
	lines, names = make(map[string]string), make(map[string]bool)
	for line := range strings.Lines(body) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "#") {
			continue
		}
		at := strings.LastIndex(line, " ")
		lines[line[:at]] = line[at+1:]
		name, _, _ := strings.Cut(line[:at], "{")
		names[name] = true
	}
	return lines, names
}

// ask is one request; the body is read whole.
func ask(t *testing.T, method, url string) (status int, body string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	read, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(read)
}

// labels are the labels that our metrics may have: words of our own, and few.
// A label that is not here would be of a person, or grow without bound.
var labels = map[string]*regexp.Regexp{
	"kind":      regexp.MustCompile(`^[a-z_.]{1,30}$`),
	"class":     regexp.MustCompile(`^(user|account|timer|bulk)$`),
	"outcome":   regexp.MustCompile(`^[a-z_]{1,20}$`),
	"state":     regexp.MustCompile(`^(due|later|max|open|in_use|closed|half-open|scheduled|running|paused|waiting|delivered|blocked|failed)$`),
	"method":    regexp.MustCompile(`^([a-z]+[A-Z][A-Za-z]+|file)$`),
	"market":    regexp.MustCompile(`^(999md|omarket)$`),
	"route":     regexp.MustCompile(`^[A-Za-z ]{3,40}$`),
	"code":      regexp.MustCompile(`^\d{3}$`),
	"le":        regexp.MustCompile(`^([0-9.]+|\+Inf)$`),
	"version":   regexp.MustCompile(`^.*$`),
	"revision":  regexp.MustCompile(`^[0-9a-z]*$`),
	"goversion": regexp.MustCompile(`^go`),
}

var labelForm = regexp.MustCompile(`([a-z]+)="([^"]*)"`)

// TestE2EMetrics has a whole conversation with trouble in it, looks at what the
// metrics tell, and compares the files of deploy with them.
func TestE2EMetrics(t *testing.T) {
	t.Parallel()
	address := freeAddress(t)
	w := newWorld(t, townOptions{}, slices.Concat(byWebhook(t), onPostgres(t), []string{"OPS_ADDR=" + address})...)
	w.start()
	w.town.md999.AddFault(md999.Fault{Route: "GET /categories", Kind: md999.FaultAnswer, Status: http.StatusBadGateway, Times: 1})
	s := w.seller("ru")
	s.reviewsAd()
	s.publishes()
	if err := healthcheck(t.Context(), w.settings); err != nil { // asks Telegram for the webhook
		t.Error(err)
	}
	lines, names := scrape(t, address)
	for line, value := range lines {
		name, rest, _ := strings.Cut(line, "{")
		if !strings.HasPrefix(name, "bazarbot_") {
			continue
		}
		for _, l := range labelForm.FindAllStringSubmatch(rest, -1) {
			if form := labels[l[1]]; form == nil || !form.MatchString(l[2]) {
				t.Errorf("%s %s: the label %s may not be %q", line, value, l[1], l[2])
			}
		}
		for what, secret := range map[string]string{
			"a person": fmt.Sprint(s.person.ID()), "a key": demoKey, "a phone": "37378888888", "the token": w.town.telegram.Token(),
		} {
			if strings.Contains(line, secret) {
				t.Errorf("%s tells of %s", line, what)
			}
		}
	}
	for line, want := range map[string]string{
		`bazarbot_updates_total{kind="message"}`:                                                   "",
		`bazarbot_updates_total{kind="callback_query"}`:                                            "",
		`bazarbot_rows_total{class="user",kind="update",outcome="done"}`:                           "",
		`bazarbot_rows_total{class="account",kind="publish",outcome="done"}`:                       "1",
		`bazarbot_market_calls_total{market="999md",outcome="unavailable",route="get categories"}`: "1",
		`bazarbot_market_calls_total{market="999md",outcome="ok",route="upload image"}`:            "2",
		`bazarbot_market_calls_total{market="999md",outcome="ok",route="create ad"}`:               "1",
		`bazarbot_market_breaker{market="999md",state="closed"}`:                                   "1",
		`bazarbot_market_breaker{market="999md",state="open"}`:                                     "0",
		`bazarbot_telegram_calls_total{method="setWebhook",outcome="ok"}`:                          "1",
		`bazarbot_telegram_calls_total{method="sendMessage",outcome="ok"}`:                         "",
		`bazarbot_telegram_calls_total{method="file",outcome="ok"}`:                                "2",
		`bazarbot_webhook_requests_total{code="200"}`:                                              "",
		`bazarbot_webhook_pending_updates`:                                                         "0",
		`bazarbot_measured`:                                                                        "1",
		`bazarbot_dead_rows`:                                                                       "0",
		`bazarbot_broadcasts{state="scheduled"}`:                                                   "0",
		`bazarbot_broadcasts{state="paused"}`:                                                      "0",
		`bazarbot_broadcast_recipients{state="waiting"}`:                                           "0",
		`bazarbot_lanes{class="timer",state="later"}`:                                              "0",
		`bazarbot_lane_rows{class="account"}`:                                                      "",
		`bazarbot_db_connections{state="max"}`:                                                     fmt.Sprint(maxConns),
	} {
		if got, ok := lines[line]; !ok || want != "" && got != want {
			t.Errorf("%s is %q, not %q", line, got, want)
		}
	}
	checkDeployFiles(t, names)
}

// checkDeployFiles compares the metrics that alert rules and the dashboard use
// with those a bot serves, and the rules' runbooks with the document.
func checkDeployFiles(t *testing.T, served map[string]bool) {
	t.Helper()
	served["up"] = true // Prometheus's own
	guide := headings(t, "../../docs/operations.md")
	rules := readAlerts(t)
	if len(rules) < 10 {
		t.Errorf("there are %d alert rules", len(rules))
	}
	for name, rule := range rules {
		for _, metric := range metricNames(rule.expr) {
			if !served[metric] {
				t.Errorf("alert %s uses %s, which no bot serves", name, metric)
			}
		}
		if section, ok := strings.CutPrefix(rule.runbook, "docs/operations.md#"); !ok || !guide[section] {
			t.Errorf("alert %s leads to %q, which is not there", name, rule.runbook)
		}
	}
	content, err := os.ReadFile("../../deploy/dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(content, &dashboard); err != nil {
		t.Fatal(err)
	}
	shown := make(map[string]bool)
	for _, panel := range dashboard.Panels {
		for _, target := range panel.Targets {
			for _, metric := range metricNames(target.Expr) {
				if shown[metric] = true; !served[metric] {
					t.Errorf("panel %q uses %s, which no bot serves", panel.Title, metric)
				}
			}
		}
	}
	if len(shown) < 15 {
		t.Errorf("the dashboard shows only %v", slices.Sorted(maps.Keys(shown)))
	}
}

// metricName finds names of metrics in a query: what has a selector behind it.
var metricName = regexp.MustCompile(`\b([a-z_]+)\{`)

func metricNames(expr string) (names []string) {
	for _, found := range metricName.FindAllStringSubmatch(expr, -1) {
		names = append(names, found[1])
	}
	return names
}

// alert is one rule of alerts.yml.
type alert struct{ expr, runbook string }

var alertForm = regexp.MustCompile(`(?m)^      - alert: (\w+)
        expr: (.+)
        for: \d+[smh]
        labels: \{severity: (?:page|ticket)\}
        annotations: \{summary: "[^"]+", runbook: "([^"]+)"\}$`)

// readAlerts reads the rules, each of the five lines the file promises.
func readAlerts(t *testing.T) map[string]alert {
	t.Helper()
	content, err := os.ReadFile("../../deploy/alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	rules := make(map[string]alert)
	for _, found := range alertForm.FindAllStringSubmatch(string(content), -1) {
		rules[found[1]] = alert{expr: found[2], runbook: found[3]}
	}
	if n := strings.Count(string(content), "- alert:"); n != len(rules) {
		t.Errorf("%d of the %d alert rules have the form the file promises", len(rules), n)
	}
	return rules
}

// headings are a document's, as the ends of links to them.
func headings(t *testing.T, file string) map[string]bool {
	t.Helper()
	content, err := os.ReadFile(filepath.FromSlash(file))
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]bool)
	for line := range strings.Lines(string(content)) {
		if title, ok := strings.CutPrefix(strings.TrimLeft(line, "#"), " "); ok && strings.HasPrefix(line, "#") {
			title = strings.ToLower(strings.TrimSpace(title))
			title = regexp.MustCompile(`[^a-z0-9 -]`).ReplaceAllString(title, "")
			found[strings.ReplaceAll(title, " ", "-")] = true
		}
	}
	return found
}

// TestE2EScrapingHurtsNobody: however often somebody scrapes, the database is
// asked now and then.
func TestE2EScrapingHurtsNobody(t *testing.T) {
	t.Parallel()
	address := freeAddress(t)
	w := newWorld(t, townOptions{}, "OPS_ADDR="+address)
	w.start()
	s := w.seller("ru")
	stop, stopped := make(chan struct{}), make(chan int, 1)
	go func() {
		n := 0
		for {
			select {
			case <-stop:
				stopped <- n
				return
			default:
				if statusOf(context.Background(), "http://"+address+"/metrics") == http.StatusOK {
					n++
				}
			}
		}
	}()
	s.beginsAd()
	close(stop)
	if n := <-stopped; n == 0 {
		t.Error("nothing was scraped")
	}
}
