package dialogs

import "bazarbot/market"

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
	if m == nil {
		t.s.pop()
		return questions{}, nil
	}
	key := Field{
		Field: market.Field{Key: fieldKey, Kind: market.KindSecret, Required: true},
		Name:  say("field.api_key"),
		Kept:  true,
		Help:  say("connect.help", "Market", marketName(id), "Site", m.Capabilities().Site, "Cost", amountExact(m.Capabilities().PostPrice)),
	}
	key.Check = func(t *Turn, v market.Value) (Text, error) { return tryKey(t, f, m, market.Secret(v.Text)) }
	return questions{fields: []Field{key}, complete: true}, nil
}

// tryKey checks a key with the market and keeps the account it opens. The key
// itself never becomes part of the form's answers.
func tryKey(t *Turn, f *Frame, m Market, key market.Secret) (Text, error) {
	phones, err := m.Check(t, key)
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
	label := marketName(id)
	if len(phones) > 0 {
		label = "+" + phones[0]
	}
	a := market.Account{ID: newID(10), Market: id, CreatedAt: t.now, Default: true}
	for _, old := range accounts {
		switch {
		case old.Market != id:
			continue
		case old.ID == f.arg("account"), old.Secret == key, old.State == market.AccountSignedOut && old.Label == label:
			a = old
		case old.Default && a.Default && old.ID != a.ID:
			a.Default = false
		}
	}
	a.Secret, a.State = key, market.AccountActive
	a.Version++
	a.Label = label
	t.saveAccount(a)
	return nil
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
