package dialogs_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bazarbot/market"
)

func (m *table) Autorepublisher(context.Context, market.Secret, string) (market.Autorepublish, error) {
	return m.auto, m.trouble["auto"]
}

// clockwork is a market with one public ad whose autorepublisher stands so.
func clockwork(now market.Autorepublish) *table {
	m := bazaar()
	m.caps.Autorepublisher = true
	m.ads = []market.Ad{{ID: "7", Market: market.MD999, Title: "Вещь", State: market.StatePublic}}
	m.auto = now
	return m
}

// never is the autorepublisher of an ad for which none was ever set.
var never = market.Autorepublish{FromHour: 8, ToHour: 20, Every: time.Hour, DailyPrice: market.Money{Amount: "12", Currency: "mdl"}}

// running is one that republishes.
var running = market.Autorepublish{
	Enabled: true, FromHour: 10, ToHour: 20, Every: 2 * time.Hour,
	Weekdays:   []time.Weekday{time.Monday, time.Tuesday, time.Saturday, time.Sunday},
	DailyPrice: market.Money{Amount: "5", Currency: "mdl"}, Next: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC),
}

// sets checks that the newest turn hands over one schedule, and gives its job.
func (c *chat) sets(want market.Autorepublish) string {
	c.t.Helper()
	if len(c.turn.Acts) != 1 {
		c.fatal("%d acts", len(c.turn.Acts))
	}
	job := c.turn.Acts[0]
	if job.Action != market.ActAuto || job.Ad != "7" || job.Account != "acc1" || job.Auto == nil {
		c.fatal("the act is %+v", job)
	}
	if diff := cmp.Diff(want, *job.Auto); diff != "" {
		c.fatal("the schedule (-want +got):\n%s", diff)
	}
	return job.ID
}

func (c *chat) ends(job string, r market.Report) {
	c.t.Helper()
	r.Job, r.Action, r.Market, r.Account, r.AdID, r.Title = job, market.ActAuto, market.MD999, "acc1", "7", "Вещь"
	c.reports(r)
}

// From never set to running, and off again with one press.
func TestAuto(t *testing.T) {
	t.Parallel()
	m := clockwork(never)
	c := seat(t, m)
	c.talk(`
		> /ads
		> [Вещь]
		> [Автообновление]
		only the days were never chosen
		< Автообновление › Дни недели · 4/4
		- [Выключить]
		> [Готово]
		< Нужен хотя бы один день
		> [⬜️ пн]
		> [☑️ пн]
		> [Готово]
		< Нужен хотя бы один день
		> пн, завтра
		< Дня «завтра» нет. Напишите дни через запятую: пн, вт
		> пн, вт, сб, воскресенье
		< Сейчас выключено.
		< Будет: каждый час, 08:00–20:00, пн, вт, сб, вс.
		< по времени Молдовы
		< 999.md называет цену: 12 лей в день.
		< Цену новых 999.md назовёт
		< списывает деньги
		- Следующее обновление
		> [С какого часа: 08:00]
		> 25
		< Час — целое число от 0 до 23
		> 10.30
		< Час — целое число от 0 до 23
		> 10
		< 10:00–20:00
		> [Как часто: каждый час]
		> 45
		< Можно: 30 минут, 1 час, 2 часа, 3 часа, 4 часа, 6 часов, 8 часов, 12 часов, 24 часа.
		> [30 минут]
		< Будет: каждые 30 минут, 10:00
		> [Как часто]
		> 2 часа
		< Будет: каждые 2 часа, 10:00–20:00, пн, вт, сб, вс.
		> [Включить · платно]
		< Делаем
		- [Автообновление]
	`)
	want := running
	want.DailyPrice, want.Next = market.Money{}, time.Time{}
	job := c.sets(want)
	m.auto = running
	c.ends(job, market.Report{Stage: market.StageDone})
	c.talk(`
		< Автообновление включено: каждые 2 часа, 10:00–20:00, пн, вт, сб, вс.
		< 999.md называет цену: 5 лей в день.
		< Следующее обновление: 22.11.2026 08:00
		> [Автообновление]
		< Сейчас включено: каждые 2 часа, 10:00–20:00, пн, вт, сб, вс.
		< 5 лей в день
		- Будет
		- платно
		- [Сохранить]
		> [Дни недели: пн, вт, сб, вс]
		> [Все дни]
		> [Готово]
		< Сейчас включено: каждые 2 часа, 10:00–20:00, пн, вт, сб, вс.
		< Будет: каждые 2 часа, 10:00–20:00, ежедневно.
		< Это цена нынешних настроек.
		< [Сохранить · платно]
		> [Отменить]
		< Отменено.
		< [Автообновление]
		> [Автообновление]
		> [Выключить автообновление]
	`)
	off := want
	off.Enabled = false
	job = c.sets(off)
	m.auto.Enabled = false
	c.ends(job, market.Report{Stage: market.StageDone})
	c.talk("< Автообновление выключено.\n- «Вещь»\n< Вещь")
}

// The market answers an interval of 0 for what runs: it is asked, and off is
// still one press away.
func TestAutoZeroInterval(t *testing.T) {
	t.Parallel()
	zero := running
	zero.Every = 0
	c := seat(t, clockwork(zero))
	c.talk("> /ads\n> [Вещь]\n> [Автообновление]\n< Как часто · 1/4\n- 0\n> [8 часов]\n< Сейчас включено: 10:00–20:00, пн\n< Будет: каждые 8 часов, 10:00")
	c.talk("> [Отменить]\n> [Автообновление]\n< Как часто · 1/4\n> [Выключить автообновление]\n< Делаем")
	off := zero
	off.Enabled, off.DailyPrice, off.Next = false, market.Money{}, time.Time{}
	c.sets(off)
}

// What the market refuses opens at the field it named, as it was wanted.
func TestAutoRefused(t *testing.T) {
	t.Parallel()
	m := clockwork(running)
	c := seat(t, m)
	c.talk("> /ads\n> [Вещь]\n> [Автообновление]\n> [До какого часа: 20:00]\n> [23:00]\n> [Сохранить · платно]")
	job := c.turn.Acts[0].ID
	c.ends(job, market.Report{Stage: market.StageFailed, Kind: market.Invalid, Message: "to_hour is late", Fields: map[string]string{market.AutoToHour: "to_hour is late"}})
	c.talk(`
		< Не получилось.
		< «to_hour is late»
		< Автообновление › До какого часа
		< Сейчас: 23:00
		> 21
		< Будет: каждые 2 часа, 10:00–21:00
		> [Сохранить · платно]
	`)
	c.ends(c.turn.Acts[0].ID, market.Report{Stage: market.StageFailed, Kind: market.NoMoney})
	c.talk("< не хватает денег\n< [Пополнить на сайте]\nwhat was wanted is still there\n> [Автообновление]\n< Будет: каждые 2 часа, 10:00–21:00")
}

// Settings that cannot be read are told on the card.
func TestAutoInTrouble(t *testing.T) {
	t.Parallel()
	m := clockwork(running)
	c := seat(t, m)
	c.talk("> /ads\n> [Вещь]")
	m.fail(market.Unavailable, "auto")
	c.talk("> [Автообновление]\n< 999.md сейчас не отвечает.\n< Вещь")
	m.fail("")
	c.talk("> [Автообновление]\n> [Выключить автообновление]")
	m.fail(market.Unavailable, "auto")
	c.ends(c.turn.Acts[0].ID, market.Report{Stage: market.StageDone})
	c.talk("< Автообновление настроено.")
	for _, state := range []market.State{market.StateHidden, market.StateExpired, market.StateNeedPay, market.StateBlocked} {
		m.ads[0].State = state
		c.talk("> [Обновить]\n- [Автообновление]")
	}
	m.ads[0].State, m.caps.Autorepublisher = market.StatePublic, false
	c.talk("> [Обновить]\n- [Автообновление]")
}

// A schedule is a sentence in each language, and days and pauses are understood
// as they are said there.
func TestAutoSentences(t *testing.T) {
	t.Parallel()
	for lang, says := range map[string]struct{ button, days, pause, sentence, daily, hourly string }{
		"ru": {"Автообновление", "Пн вт, СБ, вс", "2 ч", "каждые 2 часа, 10:00–20:00, пн, вт, сб, вс", "каждые 24 часа, 10:00–20:00, ежедневно", "каждый час"},
		"ro": {"Republicare automată", "luni, marti, sâ, du", "2 ore", "la fiecare 2 ore, 10:00–20:00, lu, ma, sâ, du", "la fiecare 24 de ore, 10:00–20:00, zilnic", "în fiecare oră"},
		"ky": {"Автожаңыртуу", "дүйшөмбү, шш, иш, жк", "2 саат", "2 саат сайын, 10:00–20:00, дш, шш, иш, жк", "24 саат сайын, 10:00–20:00, күн сайын", "саат сайын"},
	} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			m := clockwork(market.Autorepublish{FromHour: 10, ToHour: 20})
			c := seat(t, m)
			c.person.LangCode = lang
			c.talk("> /ads\n> [Вещь]\n> [" + says.button + "]\n> " + says.pause + "\n> " + says.days + "\n< " + says.sentence + ".")
			m.auto = running
			m.auto.Every, m.auto.Weekdays = 24*time.Hour, []time.Weekday{0, 1, 2, 3, 4, 5, 6}
			c.talk("> /ads\n> [Вещь]\n> [" + says.button + "]\n< " + says.daily)
			m.auto.Every = time.Hour
			c.talk("> /ads\n> [Вещь]\n> [" + says.button + "]\n< " + says.hourly + ", 10:00")
		})
	}
}

// Pauses are understood as they are written; a unit that is none of a pause's
// is not guessed at.
func TestAutoTypedPauses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"30": "30 минут", "30 мин.": "30 минут", "30 minute": "30 минут", "30 мүнөт": "30 минут", "60": "час", "1 ч": "час",
		"120": "2 часа", "2": "2 часа", "2 часа": "2 часа", "2h": "2 часа", "3 ore": "3 часа", "1 oră": "час", "24 саат": "24 часа",
		"1440": "24 часа", "45": "", "5": "", "2 мин": "", "30 ч": "", "1 сутки": "", "2 дня": "", "0": "", "часто": "", "-2": "", "2.5": "",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			c := seat(t, clockwork(running))
			c.talk("> /ads\n> [Вещь]\n> [Автообновление]\n> [Как часто]\n> " + text)
			if want == "" {
				c.talk("< Можно: 30 минут, 1 час")
				return
			}
			c.talk("- Можно\n< " + want + ", 10:00–20:00")
		})
	}
}

// Who has gone elsewhere reads in a message of its own what was set.
func TestAutoNotice(t *testing.T) {
	t.Parallel()
	m := clockwork(running)
	c := seat(t, m)
	c.talk("> /ads\n> [Вещь]\n> [Автообновление]\n> [До какого часа: 20:00]\n> 22 часа\n> [Сохранить · платно]\n> [Главное меню]")
	m.auto.ToHour = 22
	c.ends("1", market.Report{Stage: market.StageDone})
	c.talk("! Автообновление включено: каждые 2 часа, 10:00–22:00, пн, вт, сб, вс.\n! 5 лей в день\n! «Вещь»\n! [Мои объявления]")
}
