package dialogs

import (
	"slices"

	"bazarbot/market"
)

const fieldKey = "key"

// connect joins an account by its API key. The key is tried before it is kept,
// and its message is deleted from the chat either way.
type connect struct{}

// openConnect asks for a market's API key above whatever needs it. account is
// the one whose key is replaced, or "".
func (t *Turn) openConnect(id market.ID, account string) {
	if open := t.s.find(func(f *Frame) bool { return f.Name == frameConnect }); open != nil {
		t.removeFrame(open) // it comes to the top, above what needs it now
	}
	f := &Frame{Name: frameConnect}
	f.setArg("market", string(id))
	f.setArg("account", account)
	t.s.push(f)
}

func (connect) questions(t *Turn, f *Frame, _ *FormState) (questions, error) {
	id := market.ID(f.arg("market"))
	m := t.market(id)
	if _, ok := m.(KeyTaker); !ok {
		t.s.pop()
		return questions{}, nil
	}
	key := Field{
		Field: market.Field{Key: fieldKey, Kind: market.KindSecret, Required: true},
		Name:  say("field.api_key"),
		Kept:  true,
		Help:  say("connect.help", "Market", marketName(id), "Site", m.Capabilities().Site, "Cost", amountExact(m.Capabilities().PostPrice)),
	}
	if t.ev.Kind == Said && !t.note.IsZero() { // what was sent is refused: the long text stands above
		key.Help = say("connect.send")
	}
	key.Check = func(t *Turn, v market.Value) (Text, error) { return tryKey(t, f, m, market.Secret(v.Text)) }
	return questions{fields: []Field{key}, complete: true}, nil
}

// tryKey checks a key with the market and keeps the account it opens. The key
// itself never becomes part of the form's answers.
func tryKey(t *Turn, f *Frame, m Market, key market.Secret) (Text, error) {
	if !t.spend(spentSignIn) {
		return say("limit.sign_in"), nil
	}
	phones, err := m.(KeyTaker).Check(t, key)
	if err != nil {
		merr, ok := asMarketError(err)
		if !ok {
			return Text{}, err
		}
		return t.marketTrouble(merr), nil
	}
	return Text{}, t.keepAccount(f, m.ID(), key, phones)
}

// keepAccount stores a checked key: in place of the one it replaces, or as a
// new account. The same key twice is one account.
func (t *Turn) keepAccount(f *Frame, id market.ID, key market.Secret, phones []string) error {
	accounts, err := t.listAccounts()
	if err != nil {
		return err
	}
	a, ok := accountFor(accounts, id, f.arg("account"), key, phoneLabel(id, phones))
	if !ok {
		hasDefault := func(old market.Account) bool { return old.Market == id && old.Default }
		a = market.Account{
			ID: newID(10), Market: id, CreatedAt: t.now, Default: !slices.ContainsFunc(accounts, hasDefault),
		}
	}
	a.Secret, a.Renewed, a.State = key, true, market.AccountActive
	a.Label = labelFor(a, phones, accounts)
	t.saveAccount(a)
	return nil
}

// accountFor finds the account that a checked key belongs to: the one it was
// asked for, the one that has it already, or one that was signed out and is
// called by the same number.
func accountFor(accounts []market.Account, id market.ID, asked string, key market.Secret, label string) (market.Account, bool) {
	for _, fits := range []func(market.Account) bool{
		func(a market.Account) bool { return a.ID == asked },
		func(a market.Account) bool { return a.Secret == key },
		func(a market.Account) bool {
			return a.State == market.AccountSignedOut && withoutNumber(a.Label) == label
		},
	} {
		for _, a := range accounts {
			if a.Market == id && fits(a) {
				return a, true
			}
		}
	}
	return market.Account{}, false
}

func (connect) heading(_ *Turn, _ *FormState, _ questions) Text { return Text{} }

func (connect) review(*Turn, *Frame, *FormState, questions) (View, bool) { return View{}, false }

// commit: the account is kept already; what needed it goes on.
func (connect) commit(t *Turn, f *Frame, _ *FormState, _ questions) error {
	t.note = say("connect.done", "Market", marketName(market.ID(f.arg("market"))))
	t.s.pop()
	return nil
}

func (connect) last(*Turn, *Frame) market.Answers { return nil }

func (connect) drop(*Turn, *Frame) {}
