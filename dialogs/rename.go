package dialogs

import (
	"regexp"
	"strconv"
	"strings"

	"bazarbot/market"
)

const (
	fieldName = "name"
	// longestName is how many characters an account's name has at most: it
	// stands in buttons beside other words.
	longestName = 40
)

// rename gives an account a name by which its owner tells it from the others.
type rename struct{}

func openRename(t *Turn, account string) {
	f := &Frame{Name: frameRename}
	f.setArg("account", account)
	t.s.push(f)
}

func (rename) questions(t *Turn, f *Frame, _ *FormState) (questions, error) {
	a, err := t.account(f.arg("account"))
	if err != nil {
		return questions{}, err
	}
	if a == nil { // disconnected meanwhile
		t.s.pop()
		return questions{}, nil
	}
	name := Field{
		Field: market.Field{Key: fieldName, Kind: market.KindText, Required: true, MaxLen: longestName},
		Name:  say("field.account_name"),
		Help:  say("accounts.name_help", "Name", a.Label),
	}
	name.Check = func(t *Turn, v market.Value) (Text, error) { return nameTaken(t, *a, v.Text) }
	return questions{fields: []Field{name}, complete: true}, nil
}

// nameTaken refuses a name that another account of the same market has: the
// two could not be told apart.
func nameTaken(t *Turn, a market.Account, name string) (Text, error) {
	accounts, err := t.listAccounts()
	if err != nil {
		return Text{}, err
	}
	for _, other := range accounts {
		if other.ID != a.ID && other.Market == a.Market && fold(other.Label) == fold(name) {
			return say("refuse.name_taken", "Name", name), nil
		}
	}
	return Text{}, nil
}

func (rename) heading(*Turn, *FormState, questions) Text { return say("button.accounts") }

func (rename) review(*Turn, *Frame, *FormState, questions) (View, bool) { return View{}, false }

func (rename) commit(t *Turn, f *Frame, st *FormState, _ questions) error {
	a, err := t.account(f.arg("account"))
	if err != nil {
		return err
	}
	t.s.pop()
	if a != nil {
		a.Label = st.Answers[fieldName].Text
		t.saveAccount(*a)
		t.note = say("accounts.renamed", "Name", a.Label)
	}
	return nil
}

func (rename) last(*Turn, *Frame) market.Answers { return nil }

func (rename) drop(*Turn, *Frame) {}

// marketLabel is what an account is called before anybody names it: its first
// phone number, or its market. Two accounts may share a number; the second gets
// " (2)".
var marketLabel = regexp.MustCompile(`^(\+\d[\d ]+|999\.md|O!Market)( \(\d+\))?$`)

// labelFor names a checked account a: as its owner named it, or as its market
// does. phones are those of the key just checked.
func labelFor(a market.Account, phones []string, accounts []market.Account) string {
	if a.Label != "" && !marketLabel.MatchString(a.Label) {
		return a.Label
	}
	base := phoneLabel(a.Market, phones)
	taken := map[string]bool{}
	for _, other := range accounts {
		if other.Market == a.Market && other.ID != a.ID {
			taken[other.Label] = true
		}
	}
	label := base
	for n := 2; taken[label]; n++ {
		label = base + " (" + strconv.Itoa(n) + ")"
	}
	return label
}

func phoneLabel(id market.ID, phones []string) string {
	if len(phones) == 0 {
		return marketName(id)
	}
	return "+" + phones[0]
}

// withoutNumber takes the " (2)" off a label that a market gave.
func withoutNumber(label string) string {
	if !marketLabel.MatchString(label) {
		return label
	}
	base, _, _ := strings.Cut(label, " (")
	return base
}
