package dialogs

import (
	"context"

	"bazarbot/market"
)

// Portrayer is a market that tells which picture an account's profile has.
type Portrayer interface {
	// Avatar gives the picture's address, "" for none; not known is no error.
	Avatar(ctx context.Context, key market.Secret) (url string, known bool, err error)
}

// profile is the picture that buyers see beside an account's name: it is shown
// as the market tells it, or as the bot has set it, replaced by a photo that is
// sent here, and taken away.
type profile struct{}

const (
	opProfile    = "pf"
	opAskNoPhoto = "an"
	opNoPhoto    = "np"
)

// profileButton leads to the picture of an account whose market has one.
func (t *Turn) profileButton(a market.Account) Button {
	m := t.market(a.Market)
	if m == nil || !m.Capabilities().Avatar || a.State != market.AccountActive {
		return Button{}
	}
	return button(say("profile.button"), opProfile, "")
}

func (t *Turn) openProfile(account string) {
	f := &Frame{Name: frameProfile}
	f.setArg("account", account)
	t.s.push(f)
}

func (profile) view(t *Turn, f *Frame) (View, error) {
	var v View
	a, m, err := t.accountAndMarket(f)
	if err != nil {
		return v, err
	}
	if m == nil {
		t.s.pop()
		return v, nil
	}
	if a.State != market.AccountActive {
		return v, t.openAccount(a.Market, a.ID)
	}
	v.say(say("profile.heading", "Name", accountName(*a)))
	shown, known, err := t.avatarOf(*a, m)
	if err != nil {
		return v, err
	}
	if len(webAddresses([]string{shown})) > 0 {
		v.Photo = shown
	}
	switch {
	case f.arg("ask") != "":
		v.say(say("profile.ask_remove"))
		v.row(button(say("profile.remove_sure"), opNoPhoto, ""))
		v.row(button(say("button.back"), opBack, ""))
		return v, nil
	case f.arg("job") != "":
		v.say(say("act.working"))
	case !known:
		v.say(say("profile.unknown", "Market", marketName(a.Market)))
	case shown == "":
		v.say(say("profile.none"))
	}
	if f.arg("job") == "" {
		v.say(say("profile.send"))
		if shown != "" || !known {
			v.row(button(say("profile.remove"), opAskNoPhoto, ""))
		}
	}
	v.row(button(say("button.back"), opBack, ""), button(say("button.home"), opHome, ""))
	return v, nil
}

// avatarOf is the picture of an account's profile. What the market does not tell
// is as the bot has left it.
func (t *Turn) avatarOf(a market.Account, m Market) (url string, known bool, err error) {
	if portrayer, ok := m.(Portrayer); ok {
		url, known, err = portrayer.Avatar(t, a.Secret)
		switch {
		case kindOf(err) == market.NotSignedIn:
			return "", false, err
		case err != nil:
			t.d.Log.Warn("a profile's picture is not told", "person", t.ev.Person.ID, "error", err)
		case known:
			return url, true, nil
		}
	}
	url, known = t.s.Avatars[a.ID]
	return url, known, nil
}

func (profile) press(t *Turn, f *Frame, op, _ string) error {
	switch op {
	case opAskNoPhoto:
		f.setArg("ask", "1")
	case opNoPhoto:
		f.setArg("ask", "")
		return t.changeAvatar(f, market.AdJob{Action: market.ActAvatarRemove})
	case opBack:
		if f.arg("ask") != "" {
			f.setArg("ask", "")
			return nil
		}
		t.s.pop()
	}
	return nil
}

func (profile) hear(t *Turn, _ *Frame, _ Event) (bool, error) {
	t.note = say("refuse.photo_expected")
	return true, nil
}

// avatarSent takes a photo that came while the profile's picture is looked at.
// Of an album it is the first one.
func (t *Turn) avatarSent(f *Frame) error {
	if f.arg("job") != "" {
		t.note = say("profile.wait")
		return nil
	}
	photo := t.ev.Photo
	return t.changeAvatar(f, market.AdJob{Action: market.ActAvatar, Photo: &photo})
}

// changeAvatar hands the change to the account's lane; the screen waits for what
// becomes of it.
func (t *Turn) changeAvatar(f *Frame, job market.AdJob) error {
	a, m, err := t.accountAndMarket(f)
	if err != nil || m == nil || f.arg("job") != "" {
		return err
	}
	job.ID, job.Person, job.Market, job.Account, job.Lang = newID(10), t.ev.Person.ID, a.Market, a.ID, t.s.Lang
	t.Acts = append(t.Acts, job)
	f.setArg("job", job.ID)
	f.setArg("ask", "")
	return nil
}

// avatarEnded works what a job tells of a profile's picture: on its screen when
// that is looked at, else as a message of its own.
func (t *Turn) avatarEnded(r market.Report) error {
	if !r.Final() {
		t.silent = true
		return nil
	}
	f := t.s.find(func(f *Frame) bool { return f.Name == frameProfile && f.arg("job") == r.Job })
	if f != nil {
		f.setArg("job", "")
	}
	if r.Kind == market.NotSignedIn {
		if err := t.signOut(r.Account); err != nil {
			return err
		}
	}
	if r.Stage == market.StageDone {
		t.noteAvatar(r.Account, r.URL)
	}
	said, err := t.avatarOutcome(r)
	if err != nil {
		return err
	}
	if f != nil && f == t.s.top() {
		t.note = said
		return nil
	}
	t.silent = true
	var v View
	v.say(said)
	t.notice(v)
	return nil
}

// noteAvatar remembers the address of an account's picture; "" is none.
func (t *Turn) noteAvatar(account, url string) {
	if t.s.Avatars == nil {
		t.s.Avatars = map[string]string{}
	}
	t.s.Avatars[account] = url
}

// avatarOutcome says how a change of a profile's picture has ended.
func (t *Turn) avatarOutcome(r market.Report) (Text, error) {
	a, err := t.account(r.Account)
	if err != nil {
		return Text{}, err
	}
	name := data(marketName(r.Market))
	if a != nil {
		name = accountName(*a)
	}
	switch {
	case r.Stage == market.StageUnknown:
		return join("\n", say("act.unknown_free", "Market", marketName(r.Market)), refText(r.Ref)), nil
	case r.Photo > 0 && r.Kind == market.Invalid:
		return join("\n", say("profile.failed", "Name", name), say("profile.photo_refused"), say("error.ref", "Ref", r.Ref)), nil
	case r.Stage != market.StageDone:
		return join("\n", say("profile.failed", "Name", name), failure(r)), nil
	case r.Action == market.ActAvatarRemove:
		return say("profile.removed", "Name", name), nil
	}
	return say("profile.set", "Name", name), nil
}
