package dialogs

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"bazarbot/market"
)

// Fields of the new-ad form that are the product's own.
const (
	fieldMarket  = "market"
	fieldAccount = "account"
)

var errOff = errors.New("the market is not switched on")

// newAd makes an ad: the market's own questions, then the review, then the
// work of publishing. Its answers are a draft from the first one on.
type newAd struct{}

// startAd opens the form of a new ad.
func (t *Turn) startAd() error {
	_, _, err := t.beginAd("")
	return err
}

// startLike opens the form of a new ad at a market ("": the only one), filled
// with what the seller answered alike for the last one there.
func (t *Turn) startLike(id market.ID) error {
	f, st, err := t.beginAd(id)
	if err != nil {
		return err
	}
	return t.repeatLast(f, st)
}

// beginAd opens the form of a new draft; which market it is for is asked, unless
// it is given or there is but one.
func (t *Turn) beginAd(id market.ID) (*Frame, *FormState, error) {
	st := (&FormState{}).ready()
	d := market.Draft{ID: newID(10), State: market.DraftOpen, Market: id}
	switch {
	case len(t.d.Markets) == 1:
		d.Market = t.d.Markets[0].ID()
	case t.market(id) != nil:
		st.Answers[fieldMarket] = market.OptionValue(string(id))
	}
	if len(t.s.Stash) > 0 {
		st.Answers[photosKeyBeforeForm] = market.PhotosValue(t.s.Stash...)
		t.s.Stash = nil
	}
	f, err := t.openAd(d, st)
	return f, st, err
}

// openAd opens the form of a new draft in place of all that was open.
func (t *Turn) openAd(d market.Draft, st *FormState) (*Frame, error) {
	t.dropEmptyDrafts()
	if err := t.forgetPublished(); err != nil {
		return nil, err
	}
	t.s.home()
	f := t.s.push(&Frame{Name: frameNewAd, Draft: d.ID})
	t.saveDraft(d)
	t.states = map[string]*FormState{d.ID: st}
	return f, t.keep(f, st)
}

// forgetPublished drops what is left of drafts that were published a while ago.
func (t *Turn) forgetPublished() error {
	drafts, err := t.listDrafts()
	if err != nil {
		return err
	}
	for _, d := range slices.Clone(drafts) {
		if d.State == market.DraftPublished && t.now.Sub(d.UpdatedAt) > keepPublished {
			t.dropDraft(d.ID)
		}
	}
	return nil
}

// repeatLast fills a new ad with all that repeats from the last one.
func (t *Turn) repeatLast(f *Frame, st *FormState) error {
	fm := form{newAd{}}
	last := fm.last(t, f)
	const longest = 24
	for range longest {
		q, err := fm.settle(t, f, st)
		if err != nil {
			if _, ok := asMarketError(err); ok {
				break // the view says so
			}
			return err
		}
		filled := false
		for _, field := range q.fields {
			_, answered := st.Answers[field.Key]
			if !answered && field.Repeats && fits(field, last[field.Key]) {
				st.Answers[field.Key] = last[field.Key]
				filled = true
			}
		}
		if !filled {
			break
		}
	}
	return t.keep(f, st)
}

// dropEmptyDrafts forgets drafts that were opened and never answered.
func (t *Turn) dropEmptyDrafts() {
	for _, f := range t.s.Stack {
		if f.Name != frameNewAd {
			continue
		}
		st, err := t.state(f)
		if err != nil { // it cannot be read: then it is not dropped either
			t.d.Log.Error("draft", "person", t.ev.Person.ID, "draft", f.Draft, "error", err)
			continue
		}
		if st != nil && !worthKeeping(st) {
			t.dropDraft(f.Draft)
		}
	}
}

// worthKeeping reports whether a draft holds anything the person would miss.
func worthKeeping(st *FormState) bool {
	for key, v := range st.Answers {
		if v.Text != "" || v.Number != "" || len(v.Photos) > 0 || len(v.Links) > 0 {
			return true
		}
		if key == fieldMarket || key == fieldAccount {
			continue
		}
		if len(v.Options) > 0 {
			return true
		}
	}
	return false
}

// questions are the market and the account, where there is a choice, and then
// whatever the market asks.
func (newAd) questions(t *Turn, f *Frame, st *FormState) (questions, error) {
	d, err := t.draft(f.Draft)
	if err != nil || d == nil {
		return questions{}, err
	}
	q := questions{}
	if len(t.d.Markets) > 1 {
		q.fields = append(q.fields, marketField(t))
		if chosen := market.ID(st.Answers[fieldMarket].Option()); chosen != d.Market {
			d.Market = chosen
			t.saveDraft(*d)
		}
		if d.Market == "" {
			return q, nil
		}
	}
	m := t.market(d.Market)
	if m == nil { // switched off since the draft was begun
		return questions{}, &market.Error{Kind: market.OperatorKey, Market: d.Market, Op: "form", Err: errOff}
	}
	accounts, err := t.accountsAt(m.ID())
	if err != nil {
		return questions{}, err
	}
	if len(accounts) == 0 && m.Capabilities().ReadsNeedAccount {
		return q, t.openAccount(m.ID(), "")
	}
	var key market.Secret
	if len(accounts) > 0 {
		q.fields = append(q.fields, accountField(accounts))
		account := chosenAccount(accounts, st)
		if account == nil {
			return q, nil
		}
		if d.Account != account.ID {
			t.note = join("\n", t.note, leaveForeignPhotos(st))
			d.Account = account.ID
			t.saveDraft(*d)
		}
		key = account.Secret
	}
	asked, err := m.Form(t, key, t.s.Lang, st.Answers)
	if err != nil {
		return questions{}, err
	}
	for _, field := range asked.Fields {
		question := Field{Field: field, Name: ownName(field, q), Ask: field.Role == market.RolePhotos}
		q.fields = append(q.fields, t.byWays(m, key, question))
	}
	q.complete, q.blocked, q.leftOut, q.unsure = asked.Complete, asked.Blocked, asked.LeftOut, asked.Unsure
	t.note = join("\n", t.note, adoptPhotos(st, q))
	st.Title = adTitle(q, st)
	return q, t.tellUsage(d.Account, st, q)
}

// ownName names the way to an ad's category: the product's own words, as
// markets have none for it, or not in every language.
func ownName(field market.Field, q questions) Text {
	switch {
	case field.Role == market.RoleOffer:
		return say("field.offer")
	case field.Role != market.RoleCategory:
		return Text{}
	case slices.ContainsFunc(q.fields, func(f Field) bool { return f.Role == market.RoleCategory }):
		return say("field.subcategory")
	}
	return say("field.category")
}

func marketField(t *Turn) Field {
	f := Field{Field: market.Field{Key: fieldMarket, Kind: market.KindChoice, Required: true}, Name: say("field.market")}
	for _, m := range t.d.Markets {
		f.Options = append(f.Options, market.Option{ID: string(m.ID()), Title: marketName(m.ID())})
	}
	return f
}

func accountField(accounts []market.Account) Field {
	f := Field{Field: market.Field{Key: fieldAccount, Kind: market.KindChoice, Required: true}, Name: say("field.account")}
	for _, a := range defaultFirst(accounts) {
		f.Options = append(f.Options, market.Option{ID: a.ID, Title: a.Label})
	}
	return f
}

// chosenAccount is the account answered, or the only one.
func chosenAccount(accounts []market.Account, st *FormState) *market.Account {
	if len(accounts) == 1 {
		return &accounts[0]
	}
	for i := range accounts {
		if accounts[i].ID == st.Answers[fieldAccount].Option() {
			return &accounts[i]
		}
	}
	return nil
}

// adTitle names a draft in lists: its title, or what is known instead.
func adTitle(q questions, st *FormState) string {
	var path []string
	for _, f := range q.fields {
		v := st.Answers[f.Key]
		if f.Role == market.RoleTitle && v.Text != "" {
			return v.Text
		}
		if f.Role == market.RoleCategory {
			if o, ok := f.Option(v.Option()); ok {
				path = append(path, o.Title)
			}
		}
	}
	if len(path) == 0 {
		return ""
	}
	return path[len(path)-1]
}

// heading is the way to the ad's category, as far as it is chosen: its last
// two steps.
func (newAd) heading(_ *Turn, st *FormState, q questions) Text {
	var path []string
	for _, f := range q.fields {
		if f.Role != market.RoleCategory {
			continue
		}
		if o, ok := f.Option(st.Answers[f.Key].Option()); ok {
			path = append(path, o.Title)
		}
	}
	if len(path) == 0 {
		return say("newad.heading")
	}
	return data(path[len(path)-1])
}

func (newAd) last(t *Turn, f *Frame) market.Answers {
	d, err := t.draft(f.Draft)
	if err != nil || d == nil {
		return nil
	}
	return t.s.Last[d.Market]
}

func (newAd) drop(t *Turn, f *Frame) { t.discardDraft(f) }

// commit hands a copy of the answers to the account's lane. The draft stays
// with its owner: whatever becomes of the job is told to it.
func (newAd) commit(t *Turn, f *Frame, st *FormState, q questions) error {
	d, err := t.draft(f.Draft)
	if err != nil || d == nil {
		return err
	}
	open, err := t.openFor(d)
	if err != nil {
		return err
	}
	if !open { // signing in comes first
		st.Resume = true
		return t.keep(f, st)
	}
	answers := market.Answers{}
	for _, field := range q.fields {
		if v, ok := st.Answers[field.Key]; ok {
			answers[field.Key] = v
		}
	}
	st.leave()
	st.Menu, st.Job, st.Stuck, st.Resume = "", newID(10), nil, false
	if err := t.keep(f, st); err != nil {
		return err
	}
	job := market.PublishJob{
		ID: st.Job, Person: t.ev.Person.ID, Draft: d.ID, Market: d.Market, Account: d.Account,
		Lang: t.s.Lang, Answers: answers,
	}
	t.Jobs = append(t.Jobs, job)
	sent, err := t.draft(f.Draft)
	if err != nil || sent == nil {
		return err
	}
	changed := *sent
	changed.State = market.DraftPublishing
	t.saveDraft(changed)
	f.Name = framePublishing
	return nil
}

// remember keeps what a seller tends to repeat, of the ad just published.
func (t *Turn) remember(f *Frame, st *FormState) {
	d, err := t.draft(f.Draft)
	if err != nil || d == nil {
		return
	}
	if a, err := t.account(d.Account); err != nil || a == nil || a.State != market.AccountActive {
		return // the form would ask for an account
	}
	last := market.Answers{}
	var name []string
	q, err := form{newAd{}}.settle(t, f, st)
	if err != nil {
		return // the market is away: the next ad is asked in full
	}
	for _, field := range q.fields {
		v, ok := st.Answers[field.Key]
		if !ok || !field.Repeats || v.Without { // the list may have grown by then
			continue
		}
		last[field.Key] = v
		if o, ok := field.Option(v.Option()); ok && (field.Role == market.RoleCategory || field.Role == market.RoleOffer) {
			name = append(name, o.Title)
		}
	}
	if t.s.Last == nil {
		t.s.Last, t.s.LastName = map[market.ID]market.Answers{}, map[market.ID]string{}
	}
	t.s.Last[d.Market] = maps.Clone(last)
	if len(name) > 2 {
		name = name[len(name)-2:]
	}
	t.s.LastName[d.Market] = strings.Join(name, " · ")
}
