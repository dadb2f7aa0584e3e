package dialogs_test

import (
	"strings"
	"testing"
	"time"

	"bazarbot/dialogs"
	"bazarbot/market"
)

// officeFrames are the dialogs of the staff, as a session that was written while
// the person had the right to them still holds them.
var officeFrames = []string{
	"answer", "staff", "staffer", "appoint", "audit", "stats", "person", "mailings", "mailing", "mailingcard",
}

// For everything the staff can do, an ordinary person's try changes nothing and
// is answered as if there were no such thing.
func TestOfficeIsClosed(t *testing.T) {
	t.Parallel()
	for _, c := range dialogs.OfficeCommands {
		t.Run("/"+c.Name, func(t *testing.T) {
			t.Parallel()
			tries(t, "/"+c.Name, "/"+c.Name+" 42", "/"+c.Name+" @seller")
		})
	}
}

// tries says commands of the staff as somebody else, and compares the answers
// with that to a command that does not exist.
func tries(t *testing.T, commands ...string) {
	o := openOffice()
	nobody := o.enters(t, seller)
	nobody.says("/start")
	nobody.says("/nosuchcommand")
	want, before := nobody.shows(), o.state(t)
	for _, say := range commands {
		nobody.says(say)
		if got := nobody.shows(); got != want || len(nobody.turn.Replies) != 1 {
			t.Errorf("%s is answered with\n%s\nand not with\n%s", say, got, want)
		}
	}
	if after := o.state(t); after != before {
		t.Errorf("%v changed\n%s\ninto\n%s", commands, before, after)
	}
}

// A role does only what it may.
func TestRoles(t *testing.T) {
	t.Parallel()
	may := map[string][]int64{
		"broadcast": {owner, admin}, "stats": {owner, admin}, "user": {owner, admin, support}, "admins": {owner}, "audit": {owner},
	}
	for _, c := range dialogs.OfficeCommands {
		if len(may[c.Name]) == 0 {
			t.Errorf("who may say /%s?", c.Name)
		}
	}
	for name, who := range may {
		for _, id := range []int64{owner, admin, support} {
			c := openOffice().enters(t, id)
			c.says("/" + name)
			refused := strings.Contains(c.shows(), "Такой команды нет")
			allowed := false
			for _, w := range who {
				allowed = allowed || w == id
			}
			if refused == allowed {
				t.Errorf("/%s of %d: refused %v", name, id, refused)
			}
		}
	}
}

// The screens that somebody had who was dismissed do nothing: neither their
// buttons, nor what is typed or sent, and nothing of them is shown again.
func TestDismissed(t *testing.T) {
	t.Parallel()
	for _, name := range officeFrames {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := openOffice()
			o.cards[seller] = market.PersonCard{}
			o.broadcasts["b1"] = market.Broadcast{ID: "b1", State: market.BroadcastRunning, Wanted: market.OrderRun}
			o.staff[admin] = market.StaffOwner
			c := o.enters(t, admin)
			c.says("/start")
			home := c.shows()
			c.stand(name)
			c.says("/lang") // shows the frame below on return
			c.presses("Назад")
			if c.shows() == home {
				t.Fatalf("%s is not shown to who may see it", name)
			}
			labels := c.view
			o.staff[admin] = ""
			before := o.state(t)
			for _, row := range labels.Rows {
				for _, b := range row {
					if b.URL != "" || b.Data == "" {
						continue
					}
					c.stand(name)
					c.pressData("old", b.Data)
					c.quiet(home, before)
				}
			}
			c.stand(name)
			c.says("42")
			c.quiet(home, before)
			c.stand(name)
			c.photo(dialogs.Event{Photo: market.Photo{FileID: "p"}})
			c.quiet(home, before)
			c.stand(name)
			c.event(dialogs.Event{Kind: dialogs.Said, Text: "x", Origin: 42, Part: &market.Part{Kind: market.PartText, Text: "x"}})
			c.quiet(home, before)
		})
	}
}

// stand puts the person in front of a dialog of the staff.
func (c *chat) stand(name string) {
	c.t.Helper()
	s := c.decoded()
	s.Stack = append(s.Stack[:1], &dialogs.Frame{ID: "f1", Name: name, Args: map[string]string{"id": "b1", "person": "42"}})
	switch name {
	case "person":
		s.Stack[1].Args["id"] = "42"
	case "staffer":
		s.Stack[1].Args["person"] = "3"
	}
	s.Shown.Frame = "f1"
	s.Unsent = &dialogs.FormState{Answers: market.Answers{
		"langs": market.OptionValue("ru"), "message:ru": market.TextValue(`{"parts":[{"kind":"text","text":"SECRETNEWS"}]}`),
		"when": market.OptionValue("now"),
	}}
	body, err := s.Encode()
	if err != nil {
		c.fatal("%v", err)
	}
	c.body = body
}

// quiet checks that nothing was changed and that the person is at home.
func (c *chat) quiet(_ string, before string) {
	c.t.Helper()
	if after := c.office.state(c.t); after != before {
		c.fatal("changed\n%s\ninto\n%s", before, after)
	}
	shown := c.shows()
	for _, word := range []string{"SECRETNEWS", "b1", "Рассылк", "Команда бота", "Журнал", "Человек"} {
		if strings.Contains(shown, word) {
			c.fatal("%q is shown", word)
		}
	}
	if !strings.Contains(shown, "Ваши объявления") {
		c.fatal("the person is not at home")
	}
}

// Notices of the staff do nothing in other hands either.
func TestCopiedNotices(t *testing.T) {
	t.Parallel()
	o := openOffice()
	o.broadcasts["b1"] = market.Broadcast{ID: "b1", State: market.BroadcastRunning, Wanted: market.OrderRun}
	nobody := o.enters(t, seller)
	nobody.says("/start")
	before := o.state(t)
	for _, data := range []string{"n:b1:bps", "n:b1:brs", "n:b1:bst", "n:b1:bss", "n:b1:bcs", "n:77-q1:ans"} {
		nobody.pressData(data, data)
		nobody.quiet("", before)
	}
	for _, l := range []market.Letter{
		{Kind: market.LetterQuestion, Text: "SECRETNEWS"}, {Kind: market.LetterAlert, Alert: market.AlertDead},
		{Kind: market.LetterMailing, Broadcast: "b1"}, {Kind: market.LetterAnswered},
	} {
		nobody.event(dialogs.Event{Kind: dialogs.Lettered, Letter: l})
		if len(nobody.turn.Replies) > 0 {
			t.Errorf("a letter of kind %s was shown", l.Kind)
		}
	}
}

func TestAppointing(t *testing.T) {
	t.Parallel()
	o := openOffice()
	o.names["seller"] = seller
	boss, hand := o.enters(t, owner), o.enters(t, seller)
	boss.talk(`
		> /admins
		< Команда бота
		> [Назначить]
		> nobody@
		< Это не похоже
		> @unknown_one
		< Бот не знает
		> @seller
		> [админ]
		< 42: админ`)
	hand.post()
	hand.stays("Ваша роль в боте: админ")
	if menu, ok := hand.replied(dialogs.ReplyMenu); !ok || menu.Role != market.StaffAdmin {
		t.Errorf("the menu of the new admin: %+v, %v", menu, ok)
	}
	hand.talk("> /stats\n< Люди: 42\n> /admins\n< Такой команды нет")
	boss.talk(`
		> /admins
		> [админ · 42]
		> [Назначить: поддержка]
		< поддержка · 42
		> [Снять с роли]
		< больше не в команде
		> /admins
		> [владелец · 1]
		< Владельцев задают
		- [Снять с роли]
		> /audit
		< снятие с роли → 42 (support)
		< назначение → 42 (admin)`)
	hand.office.letters = hand.office.letters[len(hand.office.letters)-1:]
	hand.post()
	if menu, ok := hand.replied(dialogs.ReplyMenu); !ok || menu.Role != "" {
		t.Errorf("the menu of who was dismissed: %+v, %v", menu, ok)
	}
	hand.talk("> /stats\n< Такой команды нет")
}

func TestPersonCard(t *testing.T) {
	t.Parallel()
	o := openOffice()
	o.cards[seller] = market.PersonCard{
		Lang: market.Romanian, Accounts: []market.Account{
			{Market: market.MD999, Label: "+373 78 888 888", State: market.AccountActive}, {Market: market.OMarket, Label: "Shop", State: market.AccountSignedOut},
		},
		Charges: []market.Try{{What: market.ActPost, State: market.AttemptBegun, Ad: "7"}},
	}
	o.refs = []market.Ref{{Ref: "ABCD2345", Kind: "unavailable"}}
	boss, them, helper := o.enters(t, admin), o.enters(t, seller), o.enters(t, support)
	boss.talk(`
		> /user 42
		< Человек 42
		< Română
		< 999.md · +373••••88
		< O!Market · Shop · нужен вход
		< исход неизвестен · 7
		< ABCD2345
		- 888 888
		> [Заблокировать]
		< Доступ к боту закрыт
		< [Разблокировать]`)
	them.now = boss.now
	for i, want := range []int{1, 0, 0} {
		them.says("/start")
		if got := len(them.turn.Replies); got != want {
			t.Errorf("message %d of who is blocked: %d answers", i+1, got)
		}
	}
	boss.talk("> [Разблокировать]\n< Доступ к боту открыт")
	them.talk("> /start\n< Ваши объявления")
	helper.talk("> /user 42\n< Человек 42\n- [Заблокировать]\n> 3\n< Бот не знает никого с ID 3")
	boss.talk("> /user 1\n< Бот не знает никого")
	o.cards[owner] = market.PersonCard{}
	boss.talk("> /user 1\n< владелец\n- [Заблокировать]")
}

func TestSupport(t *testing.T) {
	t.Parallel()
	o := openOffice()
	them, helper, boss := o.enters(t, seller), o.enters(t, support), o.enters(t, owner)
	them.talk(`
		> /support
		< Напишите одним сообщением`)
	them.sends(dialogs.Other)
	them.talk(`
		< Нужен текст
		> Где моё <объявление>?
		< Передано
		< Ваши объявления`)
	helper.says("/start")
	helper.post()
	helper.stays("Вопрос от 42")
	helper.stays("Где моё <объявление>?")
	boss.says("/start")
	boss.post()
	b, ok := helper.button(helper.notices[0], "Ответить")
	if !ok {
		t.Fatal("nothing to answer with")
	}
	helper.pressData("Ответить", b.Data)
	helper.says("Уже <там>")
	if !strings.Contains(helper.shows(), "Ответ отправлен") {
		t.Error(helper.shows())
	}
	them.post()
	them.stays("Ответ поддержки")
	them.stays("Уже <там>")
	boss.post()
	boss.stays("уже ответили")
	if last := o.deeds[len(o.deeds)-1]; last.What != "answer" || last.By != support || last.Whom != seller {
		t.Errorf("noted: %+v", last)
	}
	for range dialogs.DefaultLimits.Questions {
		them.talk("> /support\n> ещё")
	}
	if !strings.Contains(them.shows(), "не больше 5 раз в час") {
		t.Error("somebody may write without end: ", them.shows())
	}
}

// Who floods the bot is told so once; then nothing is answered until the window
// is over. The photos of albums have a bound of their own.
func TestFlood(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	c.step = 10 * time.Millisecond
	answered := 0
	for range dialogs.DefaultLimits.Updates + 20 {
		c.says("/help")
		if len(c.turn.Replies) > 0 {
			answered++
		}
	}
	if want := dialogs.DefaultLimits.Updates + 1; answered != want {
		t.Errorf("%d answers, want %d", answered, want)
	}
	c.photo(dialogs.Event{Photo: market.Photo{FileID: "a"}, Album: "1"})
	if len(c.turn.Replies) == 0 {
		t.Error("a photo of an album was dropped")
	}
	c.now = c.now.Add(dialogs.DefaultLimits.Window)
	c.says("/start")
	if !strings.Contains(c.shows(), "Ваши объявления") {
		t.Error("the window does not end")
	}
}

func TestOwnID(t *testing.T) {
	t.Parallel()
	seat(t, bazaar()).talk("> /id\n< Ваш Telegram ID: <code>42</code>")
}

func TestStats(t *testing.T) {
	t.Parallel()
	c := openOffice().enters(t, admin)
	c.talk("> /stats\n< Люди: 42\n< Новые за сутки / неделю: 3 / 7\n< 999.md: аккаунтов 9, объявлений за сутки / неделю 13 / 70\n< post: 2\n< user: сейчас 1")
	if chart, ok := c.replied(dialogs.ReplyChart); !ok || len(chart.Chart.Days) != 14 || len(chart.Chart.Series) != 2 {
		t.Errorf("chart: %+v, %v", chart.Chart, ok)
	}
}
