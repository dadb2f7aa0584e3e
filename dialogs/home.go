package dialogs

import (
	"strings"

	"bazarbot/market"
)

// home is where everything starts, and where every way leads back to.
type home struct{}

func (home) view(t *Turn, _ *Frame) (View, error) {
	var v View
	v.say(say("home.greeting"))
	drafts, err := t.listDrafts()
	if err != nil {
		return v, err
	}
	waiting := 0
	for _, d := range drafts {
		if d.State != market.DraftPublished {
			waiting++
		}
	}
	accounts, err := t.listAccounts()
	if err != nil {
		return v, err
	}
	if len(accounts) == 0 {
		v.say(say("home.first_steps", "Markets", strings.Join(t.marketNames(), ", ")))
	}
	for _, a := range accounts {
		if p, _ := market.ParsePending(a.Secret); a.State == market.AccountPending && p.Registered && t.signsUp(a.Market) {
			v.row(button(say("button.enter_code", "Phone", a.Label), opEnter, a.ID))
		}
	}
	v.row(button(say("button.new_ad"), opNew, ""))
	for _, m := range t.d.Markets {
		if name := t.s.LastName[m.ID()]; name != "" {
			v.row(button(say("button.new_like_last", "Name", clip(name, 40)), opSame, string(m.ID())))
		}
	}
	v.row(button(say("button.my_ads"), opAds, ""), draftsButton(waiting))
	if len(t.d.searched()) > 0 {
		v.row(button(say("button.search"), opSearch, ""))
	}
	v.row(button(say("button.accounts"), opAccounts, ""), button(say("button.settings"), opSettings, ""))
	v.row(button(say("button.help"), opHelp, ""))
	return v, nil
}

func draftsButton(n int) Button {
	if n == 0 {
		return Button{}
	}
	return button(say("button.drafts", "Count", n), opDrafts, "")
}

func (t *Turn) marketNames() []string {
	names := make([]string, len(t.d.Markets))
	for i, m := range t.d.Markets {
		names[i] = marketName(m.ID())
	}
	return names
}

const (
	opAccounts = "acc"
	opSettings = "set"
	opLang     = "lang"
)

func (home) press(t *Turn, _ *Frame, op, arg string) error {
	switch op {
	case opEnter:
		return t.enter(arg)
	case opNew:
		return t.startAd()
	case opSame:
		return t.startLike(market.ID(arg))
	case opAds:
		t.openAds("")
	case opDrafts:
		t.openDrafts()
	case opSearch:
		t.openSearch()
	case opAccounts:
		t.open(frameAccounts)
	case opSettings:
		t.open(frameSettings)
	case opHelp:
		t.open(frameHelp)
	}
	return nil
}

func (home) hear(t *Turn, _ *Frame, ev Event) (bool, error) {
	if ev.Kind == Said {
		t.note = say("home.typed")
		return true, nil
	}
	return false, nil
}

// quiet is embedded by screens on which nothing is typed.
type quiet struct{}

func (quiet) hear(*Turn, *Frame, Event) (bool, error) { return false, nil }

// settings leads to what a person can set.
type settings struct{ quiet }

func (settings) view(t *Turn, _ *Frame) (View, error) {
	var v View
	v.say(say("settings.heading"))
	v.row(button(say("button.language", "Language", say("lang."+string(t.s.Lang))), opLang, ""))
	v.row(button(say("button.accounts"), opAccounts, ""))
	if t.s.NewsOff {
		v.row(button(say("news.turn_on"), opNewsOn, ""))
	} else {
		v.row(button(say("news.turn_off"), opNewsOff, ""))
	}
	if t.s.Unwatched {
		v.row(button(say("watched.turn_on"), opWatchOn, ""))
	} else {
		v.row(button(say("watched.turn_off"), opWatchOff, ""))
	}
	v.row(button(say("button.back"), opBack, ""), button(say("button.home"), opHome, ""))
	return v, nil
}

func (settings) press(t *Turn, _ *Frame, op, _ string) error {
	switch op {
	case opWatchOn, opWatchOff:
		t.watchOff(op == opWatchOff)
	case opNewsOn:
		t.news(false)
	case opNewsOff:
		t.news(true)
	case opLang:
		t.open(frameLang)
	case opAccounts:
		t.open(frameAccounts)
	case opBack:
		t.s.pop()
	}
	return nil
}

// language changes the language; what was being done goes on in the new one.
type language struct{ quiet }

func (language) view(t *Turn, _ *Frame) (View, error) {
	var v View
	v.say(say("lang.ask"))
	for _, l := range market.Langs {
		label := say("lang." + string(l))
		if l == t.s.Lang {
			label = say("lang.chosen", "Language", label)
		}
		v.row(button(label, opPick, string(l)))
	}
	v.row(button(say("button.back"), opBack, ""))
	return v, nil
}

func (language) press(t *Turn, _ *Frame, op, arg string) error {
	if op == opPick {
		for _, l := range market.Langs {
			if string(l) == arg {
				t.s.Lang = l
			}
		}
	}
	t.s.pop()
	return nil
}

// help tells what the bot does and how to say it.
type help struct{ quiet }

func (help) view(t *Turn, _ *Frame) (View, error) {
	var v View
	v.say(say("help.text"))
	commands := say("help.commands")
	if len(t.d.searched()) > 0 {
		commands = join("\n", commands, say("help.search"))
	}
	explained := t.d.explained()
	if len(explained) > 0 {
		commands = join("\n", commands, say("help.faq"))
	}
	v.say(commands)
	for _, m := range explained {
		v.row(button(say("button.faq", "Market", marketName(m.ID())), opFAQ, string(m.ID())))
	}
	v.row(button(say("button.back"), opBack, ""), button(say("button.home"), opHome, ""))
	return v, nil
}

func (help) press(t *Turn, _ *Frame, op, arg string) error {
	switch op {
	case opFAQ:
		t.openFAQ(arg)
	case opBack:
		t.s.pop()
	}
	return nil
}
