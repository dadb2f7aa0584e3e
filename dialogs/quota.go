package dialogs

import (
	"strconv"
	"strings"
	"time"

	"bazarbot/market"
)

// usage is how much of its market's daily quota of photos an account has used.
type usage struct {
	sent, most int
	free       time.Time // when the next day begins
}

// tellFrom is the part of the quota, in percent, from which it is told of.
const tellFrom = 80

// usageOf counts what an account has sent today; nothing where its market sets
// no limit.
func (t *Turn) usageOf(a market.Account) (usage, error) {
	m := t.market(a.Market)
	if m == nil || m.Capabilities().DailyImages == 0 {
		return usage{}, nil
	}
	day, next := market.Day(a.Market, t.now)
	u := usage{most: m.Capabilities().DailyImages, free: next}
	if sent, known := t.uploads[a.ID]; known {
		u.sent = sent
		return u, nil
	}
	sent, err := t.d.Ledger.CountUploads(t, a.ID, day)
	if err != nil {
		return usage{}, err
	}
	if t.uploads == nil {
		t.uploads = map[string]int{}
	}
	t.uploads[a.ID], u.sent = sent, sent
	return u, nil
}

// full reports whether nothing more can be sent today.
func (u usage) full() bool { return u.most > 0 && u.sent >= u.most }

// text says how much is used, once it is worth knowing.
func (u usage) text(id market.ID) Text {
	switch {
	case u.most == 0 || u.sent*100 < u.most*tellFrom:
		return Text{}
	case u.full():
		return say("quota.used_up", "Limit", strconv.Itoa(u.most), "At", Moment{u.free, id})
	}
	return say("quota.used", "Used", strconv.Itoa(u.sent), "Limit", strconv.Itoa(u.most))
}

// usageText is what is said of an account's quota; an account that is gone has
// none.
func (t *Turn) usageText(account string) (Text, error) {
	a, err := t.account(account)
	if err != nil || a == nil {
		return Text{}, err
	}
	u, err := t.usageOf(*a)
	return u.text(a.Market), err
}

// tellUsage adds the quota to the question for photos, when that is asked now.
func (t *Turn) tellUsage(account string, st *FormState, q questions) error {
	asked, ok := st.current(q)
	if !ok || asked.Kind != market.KindPhotos {
		return nil
	}
	text, err := t.usageText(account)
	for i := range q.fields {
		if q.fields[i].Key == asked.Key {
			q.fields[i].Help = text
		}
	}
	return err
}

// sayQuota adds to a draft's review how much of the quota is used, and whether
// the draft waits for it.
func (t *Turn) sayQuota(v *View, d market.Draft, st *FormState) {
	used, err := t.usageText(d.Account)
	if err != nil { // the review is worth more than the count
		t.d.Log.Error("count uploads", "person", t.ev.Person.ID, "error", err)
	}
	v.say(used)
	if t.note.IsZero() { // which says it at more length
		v.say(st.waitingText(d, t.now))
	}
}

// awaitQuota has a draft wait until its market's quota is free again. Then the
// bot asks; by itself it posts nothing.
func (t *Turn) awaitQuota(f *Frame, st *FormState, d market.Draft, r market.Report, onTop bool) error {
	st.Stuck = &Stuck{Kind: market.Quota, Account: d.Account, Until: r.RetryAt, Photo: r.Photo > 0}
	t.quotaTimer(d.ID, st)
	if err := t.keep(f, st); err != nil {
		return err
	}
	why := join("\n", say("quota.not_published", "Title", draftTitle(st)), quotaOver(r), brought(st, r),
		say("error.kept"), say("quota.will_ask"), say("error.ref", "Ref", r.Ref))
	if !onTop {
		t.draftNotice(d.ID, why)
		return nil
	}
	t.note = why
	f.Name = frameNewAd
	return nil
}

// quotaTimer has the bot look at a draft again when its quota is free.
func (t *Turn) quotaTimer(draft string, st *FormState) {
	due := st.Stuck.Until
	t.timer("quota:"+st.Job+":"+strconv.FormatInt(due.Unix(), 10), due, timerQuota, draft+"/"+st.Job)
}

// quotaOver says which quota is used up, and when it is free again.
func quotaOver(r market.Report) Text {
	if r.Photo > 0 {
		return say("quota.over", "Market", marketName(r.Market), "At", Moment{r.RetryAt, r.Market})
	}
	return say("quota.pause", "Market", marketName(r.Market), "At", Moment{r.RetryAt, r.Market})
}

// brought says how many photos the market has already: those before the one
// that was refused.
func brought(st *FormState, r market.Report) Text {
	total := 0
	for _, v := range st.Answers {
		total += len(v.Photos)
	}
	if r.Photo < 2 || r.Photo > total {
		return Text{}
	}
	return say("quota.brought", "Done", strconv.Itoa(r.Photo-1), "Total", strconv.Itoa(total))
}

// waiting tells until when a draft waits for a quota; the zero time: it does not.
func (st *FormState) waiting(d market.Draft, now time.Time) time.Time {
	s := st.Stuck
	if s == nil || s.Kind != market.Quota || s.Account != d.Account || d.State != market.DraftOpen || !s.Until.After(now) {
		return time.Time{}
	}
	return s.Until
}

// waitingText says that a draft waits, if it does.
func (st *FormState) waitingText(d market.Draft, now time.Time) Text {
	until := st.waiting(d, now)
	if until.IsZero() {
		return Text{}
	}
	return say("quota.waiting", "At", Moment{until, d.Market})
}

// quotaFree asks whether a draft is to be published whose wait is over. One that
// was published, dropped, sent again or given to another account meanwhile is
// not asked about; one whose quota is used up again waits on.
func (t *Turn) quotaFree(arg string) error {
	id, job, _ := strings.Cut(arg, "/")
	d, err := t.draft(id)
	if err != nil || d == nil || d.State != market.DraftOpen {
		return err
	}
	f := &Frame{Name: frameNewAd, Draft: id}
	st, err := t.state(f)
	if err != nil {
		return err
	}
	a, err := t.account(d.Account)
	if err != nil || a == nil || st.Job != job || st.Stuck == nil || st.Stuck.Kind != market.Quota || st.Stuck.Account != a.ID {
		return err
	}
	if st.Stuck.Photo {
		u, err := t.usageOf(*a)
		if err != nil {
			return err
		}
		if u.full() {
			st.Stuck.Until = u.free
			t.quotaTimer(id, st)
			return t.keep(f, st)
		}
	}
	t.askQuotaFree(*d, st)
	return nil
}

// askQuotaFree asks, in a message of its own that leads to the review.
func (t *Turn) askQuotaFree(d market.Draft, st *FormState) {
	free := say("quota.free_rest", "Market", marketName(d.Market))
	if st.Stuck.Photo {
		free = say("quota.free", "Market", marketName(d.Market))
	}
	ask := say("quota.ask", "Title", draftTitle(st))
	if m := t.market(d.Market); m != nil {
		if price := m.Capabilities().PostPrice; !price.IsZero() {
			ask = join(" · ", ask, amountExact(price))
		}
	}
	var v View
	v.say(join(" ", free, ask))
	v.row(Button{Label: say("quota.review"), Op: opReview, Arg: d.ID, Notice: true})
	t.notice(v)
}

// opReview opens a draft at its review, from a message that stays.
const opReview = "rv"

// reviewDraft opens a draft at its review.
func (t *Turn) reviewDraft(id string) error {
	if err := t.resumeDraft(id); err != nil {
		return err
	}
	f := t.s.top()
	if f.Name != frameNewAd || f.Draft != id {
		return nil
	}
	st, err := t.state(f)
	if err != nil || st == nil {
		return err
	}
	st.leave()
	st.Menu = ""
	return t.keep(f, st)
}
