package dialogs_test

import (
	"testing"
	"time"

	"bazarbot/dialogs"
	"bazarbot/market"
)

// limited is a market that takes 300 photos a day.
func limited() *table {
	m := bazaar()
	m.caps.DailyImages = 300
	return m
}

// From four fifths on, the day's uploads are told where photos are asked for,
// at the review and on the account's card.
func TestUsageTold(t *testing.T) {
	t.Parallel()
	for sent, says := range map[int]string{
		0: "", 239: "", 240: "Сегодня загружено 240 из 300 фото.", 299: "Сегодня загружено 299 из 300 фото.",
		300: "Дневной лимит фото исчерпан: 300 из 300. Он освободится 21.11.2026 22:00.",
		301: "Дневной лимит фото исчерпан: 300 из 300.",
	} {
		c := seat(t, limited())
		c.store.uploads = map[string]int{"acc1": sent, "other": 300}
		told := func() {
			t.Helper()
			if says == "" {
				c.talk("- загружено\n- лимит")
				return
			}
			c.talk("< " + says)
		}
		c.talk("> /new\n> [Техника]\n> [Телефоны]\n> [Продам]\n> iPhone\n- 300\n> Как новый\n> 100 €\n> [Бельцы]\n< Фотографии")
		told()
		c.talk("> (photo a)\n> [37360000001]\n> [Готово]\n< Проверьте объявление")
		told()
		c.talk("> /accounts\n> [+acc1]")
		told()
	}
}

// waits is a draft of three photos, two of which are with the market, that
// waits for the quota.
func waits(t *testing.T, elsewhere bool) *chat {
	c := seat(t, limited())
	c.talk(small + "> (photo a)\n> (photo b)\n> (photo c)\n> [Опубликовать]")
	if elsewhere {
		c.talk("> /help")
	}
	c.report(market.Report{
		Stage: market.StageFailed, Kind: market.Quota, Photo: 3, Ref: "REF12345",
		RetryAt: time.Date(2026, 11, 21, 22, 0, 0, 0, time.UTC),
	})
	return c
}

// A draft that the quota keeps from being published waits; the person is asked
// when it is free again, and nothing is posted by itself.
func TestQuotaWait(t *testing.T) {
	t.Parallel()
	c := waits(t, false)
	c.talk(`
		< Объявление «iPhone» пока не опубликовано.
		< Дневной лимит фото на 999.md исчерпан. Он освободится 21.11.2026 22:00.
		< Фото, которые уже на площадке: 2 из 3.
		< Всё введённое сохранено.
		< Сам он ничего не опубликует.
		< REF12345
		< Проверьте объявление
		- Ждёт лимита
		> /drafts
		< [⏳ iPhone]
		> [iPhone]
		< Ждёт лимита площадки до 21.11.2026 22:00.
		> [Продолжить]
		< Ждёт лимита площадки до 21.11.2026 22:00.
		> [Изменить]
		> [Заголовок: iPhone]
		> Айфон
		> [Изменить]
		> /help
	`)
	c.rings()
	if len(c.turn.Replies) != 1 || len(c.jobs) != 1 {
		c.fatal("%d replies, %d jobs", len(c.turn.Replies), len(c.jobs))
	}
	c.talk("! Лимит фото на 999.md снова свободен. Опубликовать «Айфон»? · 1 лей\n! [Открыть и проверить]")
	review, _ := c.button(c.notices[0], "Открыть и проверить")
	c.talk("> /drafts\n< [Айфон]\n- [⏳]")
	c.pressData("Открыть и проверить", review.Data)
	c.talk("< Проверьте объявление\n< Заголовок: Айфон\n- Ждёт\n> [Опубликовать · 1 лей]\n< Публикуем")
	if len(c.jobs) != 2 {
		c.fatal("%d jobs", len(c.jobs))
	}
}

func TestQuotaWaitElsewhere(t *testing.T) {
	t.Parallel()
	c := waits(t, true)
	c.talk("! Объявление «iPhone» пока не опубликовано.\n! Он освободится 21.11.2026 22:00.\n! [Открыть черновик]")
	open, _ := c.button(c.notices[0], "Открыть черновик")
	c.pressData("Открыть черновик", open.Data)
	c.talk("< Проверьте объявление\n< Ждёт лимита")
}

// What has changed while a draft waited is not asked about.
func TestQuotaWaitOver(t *testing.T) {
	t.Parallel()
	for name, meanwhile := range map[string]func(*chat){
		"dropped":    func(c *chat) { delete(c.store.drafts, c.draft().ID) },
		"sent again": func(c *chat) { c.talk("> [Опубликовать]") },
		"published": func(c *chat) {
			c.talk("> [Опубликовать]")
			c.report(market.Report{Stage: market.StageDone, AdID: "7"})
		},
		"disconnected": func(c *chat) { delete(c.store.accounts, "acc1") },
		"given away": func(c *chat) {
			c.account("acc2", "key-2")
			d := c.draft()
			d.Account = "acc2"
			c.store.drafts[d.ID] = d
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := waits(t, false)
			timer := c.timers[0]
			meanwhile(c)
			before := c.state()
			c.event(timed(timer))
			if len(c.turn.Replies) != 0 || c.state() != before {
				c.fatal("asked about a draft that was %s", name)
			}
		})
	}
	for name, kind := range map[string]market.ErrorKind{"refused for something else": market.Invalid, "waiting with a timer of its own": market.Quota} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := waits(t, false)
			older := c.timers[0]
			c.talk("> [Опубликовать]")
			c.report(market.Report{Stage: market.StageFailed, Kind: kind, Photo: 1, RetryAt: older.Due})
			c.event(timed(older))
			if len(c.turn.Replies) != 0 {
				c.fatal("an older job's timer asked")
			}
		})
	}
}

func timed(timer market.Timer) dialogs.Event {
	return dialogs.Event{Kind: dialogs.Timed, Name: timer.Name, Arg: timer.Arg}
}

// Where the quota is used up again by then, the draft waits for the next day.
func TestQuotaUsedUpAgain(t *testing.T) {
	t.Parallel()
	c := waits(t, false)
	c.store.uploads = map[string]int{"acc1": 300}
	c.rings()
	if len(c.turn.Replies) != 0 || len(c.timers) != 2 {
		c.fatal("%d replies, timers %+v", len(c.turn.Replies), c.timers)
	}
	if first, second := c.timers[0], c.timers[1]; first.ID == second.ID || second.Due.Sub(first.Due) != 24*time.Hour {
		c.fatal("the timers are %+v", c.timers)
	}
	c.talk("> /drafts\n< [⏳ iPhone]\n> [iPhone]\n< до 22.11.2026 22:00")
	c.store.uploads = nil
	c.rings()
	c.talk("! Опубликовать «iPhone»? · 1 лей")
}

// A market that only asks to wait is no quota of photos; without a time there
// is nothing to wait for.
func TestPauseWait(t *testing.T) {
	t.Parallel()
	c := published(t)
	c.report(market.Report{Stage: market.StageFailed, Kind: market.Quota, RetryAt: c.now.Add(time.Minute)})
	c.talk("< 999.md просит подождать до 21.11.2026\n- Дневной лимит")
	c.rings()
	c.talk("! 999.md просил подождать — время вышло. Опубликовать «iPhone»? · 1 лей")
	c.talk("> [Опубликовать]")
	c.report(market.Report{Stage: market.StageFailed, Kind: market.Quota})
	if len(c.timers) != 1 {
		c.fatal("the timers are %+v", c.timers)
	}
}

// A timer of a name that only another release knows is dropped.
func TestUnknownTimer(t *testing.T) {
	t.Parallel()
	c := waits(t, false)
	before := c.state()
	for _, timer := range []market.Timer{{Name: "nonsense", Arg: c.timers[0].Arg}, {Name: "quota"}, {Name: "quota", Arg: "x/y"}} {
		c.event(timed(timer))
		if len(c.turn.Replies) != 0 || c.state() != before {
			c.fatal("%+v did something", timer)
		}
	}
}
