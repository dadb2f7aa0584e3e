package dialogs_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"bazarbot/dialogs"
	"bazarbot/market"
)

// finds lets a look at the person's ads find something.
func (c *chat) finds(w market.Watched) {
	c.t.Helper()
	fmt.Fprintf(&c.log, "\n* found %+v\n", w)
	c.event(dialogs.Event{Kind: dialogs.Watched, Watched: w})
}

// told is the one message that a look led to.
func (c *chat) told() string {
	c.t.Helper()
	if len(c.notices) != 1 || len(c.turn.Replies) != 1 {
		c.fatal("%d messages were sent, not one", len(c.turn.Replies))
	}
	return c.speaker().screen(c.notices[0])
}

func changeTo(state, was market.State, more func(*market.Ad)) market.Watched {
	ad := market.Ad{ID: "100", Title: "Вещь <01>", State: state}
	if more != nil {
		more(&ad)
	}
	return market.Watched{Market: market.MD999, Account: "acc1", Changes: []market.AdChange{{Ad: ad, Was: was}}}
}

// Each change is told in words of its own, with the way to the ad.
func TestWatchedOne(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)
	for _, one := range []struct {
		found market.Watched
		parts []string
	}{
		{changeTo(market.StateActive, market.StateModerate, nil), []string{"✅ Объявление «Вещь <01>» теперь видят покупатели"}},
		{changeTo(market.StateActive, market.StateModerate, func(ad *market.Ad) { ad.Opens = at }), []string{"✅ Объявление «Вещь <01>» прошло проверку", "увидят его: 23.11.2026 09:30"}},
		{changeTo(market.StatePublic, market.StateBlocked, nil), []string{"✅"}},
		{changeTo(market.StateCancelled, market.StateModerate, func(ad *market.Ad) { ad.Reasons = []string{"Чужие фото", "Нет цены"} }),
			[]string{"модератор отклонил объявление «Вещь <01>»", "Чужие фото", "Нет цены"}},
		{changeTo(market.StateBlocked, market.StatePublic, func(ad *market.Ad) { ad.Reasons = []string{strings.Repeat("ы", 5000)} }),
			[]string{"заблокировал объявление «Вещь <01>»", "ы…"}},
		{changeTo(market.StateBlockedCommercial, market.StatePublic, nil), []string{"как коммерческое", "поднимите"}},
		{changeTo(market.StateDisabled, market.StateActive, nil), []string{"отключил объявление «Вещь <01>»"}},
		{changeTo(market.StateExpired, market.StatePublic, nil), []string{"Срок объявления «Вещь <01>» истёк", "поднимите"}},
		{changeTo(market.StateNeedPay, market.StatePublic, nil), []string{"ждёт оплаты"}},
		{changeTo(market.StatePublic, market.StatePublic, func(ad *market.Ad) { ad.Expires = at }), []string{"истекает 23.11.2026 09:30"}},
	} {
		c, _ := dealer(t, 3)
		c.talk("> /ads\n< Мои объявления")
		c.finds(one.found)
		text := c.told()
		for _, part := range append(one.parts, "[📄 Открыть объявление]", "[📋 Мои объявления]") {
			if !strings.Contains(text, part) {
				t.Errorf("%s: no %q in\n%s", one.found.Changes[0].Ad.State, part, text)
			}
		}
	}
}

// A notice takes nobody away from a form; its button opens the card, as often as
// it is pressed, and Back leads to the form again.
func TestWatchedBesideAForm(t *testing.T) {
	t.Parallel()
	c, m := dealer(t, 3)
	c.talk("> /new\n> [Техника]\n< Подкатегория")
	before := c.shows()
	found := changeTo(market.StateBlocked, market.StatePublic, nil)
	found.Changes[0].Ad = m.ads[0]
	found.Changes[0].Ad.State = market.StateBlocked
	c.finds(found)
	c.told()
	if c.shows() != before {
		t.Error("the form was left")
	}
	open, _ := c.button(c.notices[0], "Открыть объявление")
	c.pressData("open", open.Data)
	c.talk("< " + m.ads[0].Title)
	c.pressData("open", open.Data)
	c.talk("< " + m.ads[0].Title + "\n> [Назад]\n< Подкатегория")
}

// Many changes are one message, and a stranger's account is nobody's.
func TestWatchedMany(t *testing.T) {
	t.Parallel()
	c, _ := dealer(t, 3)
	var w market.Watched
	w.Market, w.Account = market.MD999, "acc1"
	for i := range 60 {
		w.Changes = append(w.Changes, market.AdChange{
			Ad:  market.Ad{ID: fmt.Sprint(i), Title: fmt.Sprintf("Вещь %02d %s", i, strings.Repeat("щ", 300)), State: market.StateExpired},
			Was: market.StatePublic,
		})
	}
	c.finds(w)
	text := c.told()
	for _, part := range []string{"Изменилось 60 объявлений · 999.md, +acc1", "Вещь 00", "Вещь 09", "…и ещё 50 объявлений", "[📋 Мои объявления]"} {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in\n%s", part, text)
		}
	}
	if strings.Contains(text, "Вещь 10") || strings.Contains(text, "Открыть") {
		t.Errorf("too much is told:\n%s", text)
	}
	w.Account = "somebody's"
	c.finds(w)
	if len(c.turn.Replies) != 0 {
		t.Error("told of an account that is not there")
	}
}

// Who does not want to hear of it hears nothing, until they do.
func TestWatchedOff(t *testing.T) {
	t.Parallel()
	c, _ := dealer(t, 3)
	found := changeTo(market.StateExpired, market.StatePublic, nil)
	c.talk("> /settings\n> [Не сообщать о моих объявлениях]\n< Больше не сообщаем")
	c.finds(found)
	if len(c.turn.Replies) != 0 {
		t.Errorf("told all the same: %+v", c.turn.Replies)
	}
	c.talk("> [Сообщать о моих объявлениях]\n< Будем сообщать\n< [🔕 Не сообщать о моих объявлениях]")
	c.finds(found)
	c.told()
}

// A session that has ended is told of once, with the way to sign in.
func TestWatchedRefused(t *testing.T) {
	t.Parallel()
	c, _ := dealer(t, 3)
	c.finds(market.Watched{Market: market.MD999, Account: "acc1", Refused: true})
	if text := c.told(); !strings.Contains(text, "больше не пускает бота в аккаунт «+acc1»") || !strings.Contains(text, "[🔑 Ввести новый ключ]") {
		t.Errorf("told:\n%s", text)
	}
	if state := c.store.accounts["acc1"].State; state != market.AccountSignedOut {
		t.Errorf("the account is %s", state)
	}
	c.finds(market.Watched{Market: market.MD999, Account: "acc1", Refused: true})
	if len(c.turn.Replies) != 0 {
		t.Error("told twice")
	}
}
