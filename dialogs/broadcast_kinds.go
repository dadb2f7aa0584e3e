package dialogs

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"bazarbot/market"
)

// Bounds of a broadcast.
const (
	maxParts     = 10 // of an album
	maxLinks     = 6
	maxLinkText  = 40   // characters
	maxCaption   = 1024 // UTF-16 units; Telegram's
	maxGroup     = 100
	longestDelay = 90 * 24 * time.Hour
)

// messageKind is a message as it is. It is not typed in: takes hears it.
type messageKind struct{ buttonless }

func (messageKind) prompt(Field, *FormState) Text { return say("mailing.ask_message") }

func (messageKind) parse(Field, *FormState, string) (market.Value, bool, Text) {
	return market.Value{}, false, say("mailing.kinds")
}

func (messageKind) show(_ Field, v market.Value) Text {
	c := contentOf(v)
	var lines []Text
	if n := len(c.Parts); n > 0 && c.Parts[0].Kind != market.PartText {
		lines = append(lines, say("mailing.files", "N", strconv.Itoa(n)))
	}
	for _, p := range c.Parts {
		if p.Text != "" {
			lines = append(lines, data(clip(p.Text, 200)))
		}
	}
	return join(" ", lines...)
}

// contentOf reads a message that was taken.
func contentOf(v market.Value) market.Content {
	var c market.Content
	_ = json.Unmarshal([]byte(v.Text), &c) // only what add has written stands there
	return c
}

// takes a message that is asked for; the parts of an album follow one by one.
func (c composing) takes(t *Turn, f *Frame, ev Event) (bool, error) {
	st, err := t.state(f)
	if err != nil {
		return false, err
	}
	q, err := c.settle(t, f, st)
	if err != nil {
		return false, err
	}
	field, asking := st.current(q)
	if !asking || st.Menu != "" && st.At == "" || !strings.HasPrefix(field.Key, fieldMessage) {
		return false, nil
	}
	t.fresh = true
	if why := unfit(ev.Part); !why.IsZero() {
		t.note = why
		return true, nil
	}
	t.s.Album = nil
	if ev.Album != "" {
		t.s.Album = &Album{ID: ev.Album, Mailing: field.Key}
	}
	st.Answers[field.Key] = market.Value{}
	st.leave()
	return true, addPart(st, field.Key, *ev.Part)
}

// unfit tells why a message cannot be sent on.
func unfit(p *market.Part) Text {
	switch {
	case p == nil:
		return say("mailing.kinds")
	case p.Kind != market.PartText && unitsOf(p.Text) > maxCaption:
		return say("refuse.too_long", "Max", strconv.Itoa(maxCaption), "Length", strconv.Itoa(unitsOf(p.Text)))
	}
	return Text{}
}

// addToMailing adds a further part of an album to the message it belongs to.
func (t *Turn) addToMailing(field string) error {
	st := t.s.Unsent
	if ok, err := t.may(market.MayBroadcast); !ok || err != nil || st == nil {
		t.silent = true
		return err
	}
	if why := unfit(t.ev.Part); !why.IsZero() {
		t.note = why
		return nil
	}
	return addPart(st.ready(), field, *t.ev.Part)
}

func addPart(st *FormState, field string, p market.Part) error {
	c := contentOf(st.Answers[field])
	if len(c.Parts) >= maxParts {
		return nil
	}
	c.Parts = append(c.Parts, p)
	saved, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("encode a message: %w", err)
	}
	st.Answers[field] = market.TextValue(string(saved))
	return nil
}

// linksKind is buttons that open pages: a line each.
type linksKind struct{ buttonless }

func (linksKind) prompt(Field, *FormState) Text { return say("mailing.ask_links") }

var linkLine = regexp.MustCompile(`^(.+?)\s+(?:[—–-]\s+)?(https?://\S+)$`)

func (linksKind) parse(_ Field, _ *FormState, text string) (market.Value, bool, Text) {
	var v market.Value
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		found := linkLine.FindStringSubmatch(line)
		if found == nil || utf8.RuneCountInString(found[1]) > maxLinkText || !isPage(found[2]) {
			return market.Value{}, false, say("refuse.link", "Line", clip(line, 60))
		}
		v.Links = append(v.Links, found[1], found[2])
	}
	switch {
	case len(v.Links) == 0:
		return v, false, say("refuse.empty")
	case len(v.Links) > 2*maxLinks:
		return v, false, say("refuse.too_many", "Max", strconv.Itoa(maxLinks))
	}
	return v, true, Text{}
}

// isPage reports whether Telegram takes an address under a button.
func isPage(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && strings.Contains(u.Hostname(), ".")
}

func linksOf(v market.Value) []market.Link {
	var links []market.Link
	for pair := range slices.Chunk(v.Links, 2) {
		links = append(links, market.Link{Text: pair[0], URL: pair[1]})
	}
	return links
}

func (linksKind) show(_ Field, v market.Value) Text {
	var names []string
	for _, l := range linksOf(v) {
		names = append(names, l.Text)
	}
	return data(strings.Join(names, ", "))
}

// groupKind is a few people, by id or @name: a test group.
type groupKind struct {
	buttonless
	t *Turn
}

func (groupKind) prompt(Field, *FormState) Text { return say("mailing.ask_group") }

func (k groupKind) parse(_ Field, _ *FormState, text string) (market.Value, bool, Text) {
	var v market.Value
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' }) {
		id, why, err := k.t.whose(Event{Text: word})
		if err != nil {
			k.t.d.Log.Error("a person was not looked up", "error", err)
			why = say("refuse.nobody", "Name", clip(word, 40))
		}
		if !why.IsZero() {
			return market.Value{}, false, why
		}
		v.Links = append(v.Links, idText(id))
	}
	if len(v.Links) > maxGroup {
		return market.Value{}, false, say("refuse.too_many", "Max", strconv.Itoa(maxGroup))
	}
	return v, len(v.Links) > 0, Text{}
}

func (groupKind) show(_ Field, v market.Value) Text {
	return data(clip(strings.Join(v.Links, ", "), 80))
}

// momentKind is a time to come, by the clock of a market's place: "18:30",
// "tomorrow 10:00", "25.12 18:30".
type momentKind struct {
	buttonless
	zone market.ID
	now  time.Time
}

func (k momentKind) prompt(Field, *FormState) Text {
	return say("mailing.ask_at", "City", city(k.zone))
}

var momentForm = regexp.MustCompile(`^(?:(\d{1,2})\.(\d{1,2})(?:\.(\d{4}))?|(\pL+))?[ ,]*(\d{1,2}):(\d{2})$`)

// nearDays are how people say today and tomorrow, folded.
var nearDays = map[string]int{
	"сегодня": 0, "azi": 0, "astazi": 0, "бугун": 0, "today": 0,
	"завтра": 1, "maine": 1, "эртен": 1, "tomorrow": 1, "послезавтра": 2, "poimaine": 2,
}

func (k momentKind) parse(_ Field, _ *FormState, text string) (market.Value, bool, Text) {
	at, ok := k.read(fold(text))
	switch {
	case !ok:
		return market.Value{}, false, say("refuse.moment")
	case !at.After(k.now):
		return market.Value{}, false, say("refuse.moment_past")
	case at.Sub(k.now) > longestDelay:
		return market.Value{}, false, say("refuse.moment_far")
	}
	return market.TextValue(at.UTC().Format(time.RFC3339)), true, Text{}
}

// read finds the moment that is meant; a day without its year is the next one.
func (k momentKind) read(text string) (time.Time, bool) {
	found := momentForm.FindStringSubmatch(text)
	if found == nil {
		return time.Time{}, false
	}
	number := func(i int) int { n, _ := strconv.Atoi(found[i]); return n }
	here := k.now.In(market.Zone(k.zone))
	hour, minute := number(5), number(6)
	if hour > 23 || minute > 59 {
		return time.Time{}, false
	}
	on := func(year int, month time.Month, day int) time.Time {
		return time.Date(year, month, day, hour, minute, 0, 0, here.Location())
	}
	switch {
	case found[4] != "":
		days, ok := nearDays[found[4]]
		return on(here.Year(), here.Month(), here.Day()+days), ok
	case found[1] == "":
		at := on(here.Year(), here.Month(), here.Day())
		if !at.After(k.now) {
			at = on(here.Year(), here.Month(), here.Day()+1)
		}
		return at, true
	}
	year := number(3)
	if year == 0 {
		year = here.Year()
	}
	at := on(year, time.Month(number(2)), number(1))
	if at.Day() != number(1) || int(at.Month()) != number(2) {
		return time.Time{}, false
	}
	if found[3] == "" && !at.After(k.now) {
		at = on(year+1, at.Month(), at.Day())
	}
	return at, true
}

func (k momentKind) show(_ Field, v market.Value) Text {
	at, err := time.Parse(time.RFC3339, v.Text)
	if err != nil {
		return data(v.Text)
	}
	return say("mailing.at_time", "At", Moment{At: at, Market: k.zone}, "City", city(k.zone))
}

// city is the place whose clock a market goes by.
func city(id market.ID) Text {
	if id == market.OMarket {
		return say("mailing.bishkek")
	}
	return say("mailing.chisinau")
}
