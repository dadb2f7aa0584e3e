package dialogs_test

import (
	"strings"
	"testing"
	"time"

	"bazarbot/market"
)

// What is under way with an ad is known wherever its card is opened: nobody pays
// twice because the market is slow.
func TestNotDoneTwice(t *testing.T) {
	t.Parallel()
	m := shop()
	m.caps.Republish = true
	c := card(t, m)
	c.talk("> [Поднять]\n> [Поднять · платно]\n< Делаем")
	job := c.act()
	c.talk("> /start\n" + toCard + "< Делаем\n- [Поднять]\n- [Цена]\n> /ads\n> [iPhone 13]\n> /start")
	c.tells(job, market.Report{Stage: market.StageWaiting})
	c.talk(toCard + "< Делаем")
	c.tells(job, market.Report{Stage: market.StageDone})
	c.talk("< поднято в списке\n- Делаем\n> [Поднять]\n> [Поднять · платно]\n< Делаем\n> /start")
	if len(c.acts) != 2 {
		c.fatal("%d jobs", len(c.acts))
	}
	c.tells(c.acts[1], market.Report{Stage: market.StageFailed, Kind: market.Unavailable, Ref: "R"})
	c.talk(toCard + "- Делаем\n> [Поднять]\n> [Поднять · платно]\n< Делаем")
	c.now = c.now.Add(24 * time.Hour) // nobody will tell of it any more
	c.talk("> [Обновить]\n- Делаем\n< [Поднять]\n> /start\n" + toCard + "- Делаем\n< [Поднять]")
}

// The same holds for what was begun with many.
func TestManyNotDoneTwice(t *testing.T) {
	t.Parallel()
	c, _ := dealer(t, 9)
	c.talk("> /ads\n> [Выбрать несколько]\n> [Выбрать все]\n> [Поднять · 6]\n> [Поднять 6 · платно]")
	jobs := c.handsOver(market.ActRepublish, 6)
	c.talk("> [Выбрать несколько]\n> [Выбрать все]\n- [Поднять]\n< [Скрыть]\n> /ads\n> [" + jobs[0].Title + "]\n< Делаем\n- [Поднять]")
	for _, job := range jobs {
		c.reportsOf(job, well)
	}
	c.talk("- Делаем\n> [Назад]\n> [Выбрать несколько]\n> [Выбрать все]\n< [Поднять · 6]")
	if n := len(c.decoded().Doing); n != 0 {
		c.fatal("%d are still under way", n)
	}
}

// raised is the shop with a second ad, which is hidden: of both, one is raised.
func raised() *table {
	m := shop()
	m.caps.Republish = true
	m.ads = append(m.ads, market.Ad{ID: "a2", Market: m.id, Title: "Чехол", State: market.StateHidden})
	return m
}

// raises raises the shop's ad as one of many, above what is open.
func (c *chat) raises() market.AdJob {
	c.t.Helper()
	c.talk("> /ads\n> [Выбрать несколько]\n> [Выбрать все]\n> [Поднять · 1]\n> [Поднять 1 · платно]")
	return c.handsOver(market.ActRepublish, 1)[0]
}

// A card that asks for a confirmation while something else is begun with its ad
// says so, instead of asking again whatever is pressed.
func TestConfirmBesideAJob(t *testing.T) {
	t.Parallel()
	c := seat(t, raised())
	found := changeTo(market.StateExpired, market.StatePublic, nil)
	found.Changes[0].Ad.ID = "a1"
	c.finds(found)
	open, _ := c.button(c.notices[0], "Открыть объявление")
	c.pressData("Открыть объявление", open.Data)
	c.talk("> [Поднять]\n< [Поднять · платно]")
	job := c.raises()
	c.talk("> [Назад]\n< Делаем\n- платно")
	c.reportsOf(job, well)
	c.talk("- Делаем\n- платно\n< [Поднять]")
}

// A price that was typed while something else is done with the ad is kept, and
// shown before it is sent.
func TestPriceBesideAJob(t *testing.T) {
	t.Parallel()
	c := card(t, raised())
	c.talk("> [Цена]")
	job := c.raises()
	c.talk("> [Назад]\n> 250 €\n< Изменения сохранены в боте\n< Делаем")
	c.reportsOf(job, well)
	c.talk("- Делаем\n> [Изменить]\n< Вы остановились здесь\n< [Сохранить изменения]")
	if len(c.turn.Acts) > 0 {
		c.fatal("a price was sent that nobody saw")
	}
}

// A job that failed for a fault of ours is told with the reference that leads to
// the log; of what nobody waits for, nothing is told.
func TestUnknownHasReference(t *testing.T) {
	t.Parallel()
	unknown := market.Report{Stage: market.StageUnknown, Ref: "REF12345"}
	c := card(t, shop())
	c.talk("> [Скрыть]")
	c.tells(c.act(), unknown)
	c.talk("< не видно, подействовало ли\n< REF12345")
	c.tells(market.AdJob{ID: "j", Action: market.ActDiscard, Account: "acc1", Market: market.MD999}, unknown)
	if len(c.turn.Replies) != 0 {
		c.fatal("a draft that was dropped is told of")
	}
	for _, away := range []string{"", "> /start\n"} {
		c = seat(t, bazaar())
		c.talk(small + "> [Опубликовать]\n" + away)
		job := c.jobs[0]
		r := unknown
		r.Job, r.Draft, r.Market, r.Account = job.ID, job.Draft, job.Market, job.Account
		c.reports(r)
		if where := c.shows() + c.log.String(); !strings.Contains(where, "REF12345") {
			c.fatal("there is no reference")
		}
	}
	c = facing(t)
	c.talk("> (photo a)")
	c.avatarTold(unknown)
	c.talk("< REF12345")
}
