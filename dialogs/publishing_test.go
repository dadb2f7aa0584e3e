package dialogs_test

import (
	"testing"
	"time"

	"bazarbot/market"
)

// published brings a conversation to where a small ad was just sent.
func published(t testing.TB) *chat {
	c := seat(t, bazaar())
	c.talk(small + "> [Опубликовать]\n< Готовим объявление.")
	return c
}

// report is what the newest job tells.
func (c *chat) report(r market.Report) {
	c.t.Helper()
	job := c.jobs[len(c.jobs)-1]
	r.Job, r.Draft, r.Market, r.Account = job.ID, job.Draft, job.Market, job.Account
	c.reports(r)
}

func TestReportsOnTop(t *testing.T) {
	t.Parallel()
	c := published(t)
	screen := c.screen
	for _, tt := range []struct {
		report market.Report
		says   string
	}{
		{market.Report{Stage: market.StagePhotos, Done: 1, Total: 3}, "Загружаем фото: 1 из 3"},
		{market.Report{Stage: market.StagePosting}, "Отправляем объявление."},
		{market.Report{Stage: market.StageLooking}, "Проверяем, появилось ли объявление"},
		{market.Report{Stage: market.StageWaiting}, "Пробуем ещё раз сами"},
	} {
		c.report(tt.report)
		c.talk("< Публикуем на 999.md\n< " + tt.says)
	}
	if c.screen != screen {
		c.fatal("progress came in new messages")
	}
	c.talk("> сколько ещё?\n< подождите немного\n> (sticker)\n< подождите немного\n> /cancel\n< Публикуем")
	c.report(market.Report{Stage: market.StageDone, AdID: "77", URL: "https://999.md/ru/77"})
	c.talk(`
		< Объявление отправлено на 999.md
		< iPhone
		- опубликовано
		< [Открыть на сайте]
		< [Мои объявления]
		> [Ещё одно такое же]
		the place, the category and the contacts are as before
		< Телефоны › Заголовок
		> iPhone 14
		> Новый
		> 200 €
		> [Пропустить]
		< Проверьте объявление
		< Тип предложения: Продам
		< Регион: Бельцы
		< Контакты: 37360000001
		> [Главное меню]
		< [Ещё одно: Телефоны · Продам]
		< [Черновики: 1]
		> [Черновики]
		- [iPhone]]
		< [iPhone 14]
	`)
}

// Who is elsewhere hears of the end in a message that stays, whose buttons
// work at any time.
func TestReportsElsewhere(t *testing.T) {
	t.Parallel()
	c := published(t)
	c.talk("> [Главное меню]")
	before := len(c.log.String())
	c.report(market.Report{Stage: market.StagePhotos, Done: 1, Total: 3})
	c.report(market.Report{Stage: market.StageWaiting})
	if c.disturbs() != 0 {
		c.fatal("progress disturbed: %s", c.log.String()[before:])
	}
	c.talk("> /drafts\n> [🚀 iPhone]\n> [Продолжить]\n< Публикуем на 999.md")
	c.talk("> /settings")
	c.report(market.Report{Stage: market.StageDone, AdID: "77", URL: "https://999.md/ru/77"})
	if c.disturbs() != 1 {
		c.fatal("%d replies", c.disturbs())
	}
	c.talk("! Объявление отправлено на 999.md\n! iPhone\n! [Открыть на сайте]\n! [Ещё одно такое же]")
	same, _ := c.button(c.notices[0], "Ещё одно такое же")
	ads, _ := c.button(c.notices[0], "Мои объявления")
	c.talk("> [Назад]\n> /help")
	c.pressData("Мои объявления", ads.Data)
	c.talk("< Мои объявления · 999.md")
	c.pressData("Ещё одно такое же", same.Data)
	c.talk("< Телефоны › Заголовок")
}

func TestReportFailed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		report market.Report
		says   string
		more   string // when the person is looking
		mends  bool   // the person can mend it: nobody has to look into the log
	}{
		{name: "no money", mends: true, report: market.Report{Kind: market.NoMoney}, says: "не хватает денег", more: "< [Пополнить на сайте]\n> [Открыть черновик]\n< Проверьте объявление"},
		{name: "quota", report: market.Report{Kind: market.Quota}, says: "лимит", more: "< [Опубликовать · 1 лей]"},
		{name: "refused", report: market.Report{Kind: market.Invalid, Message: "плохой заголовок"}, says: "Ответ площадки: «плохой заголовок»", more: "< [Опубликовать]"},
		{
			name: "a field refused", report: market.Report{Kind: market.Invalid, Message: "m", Fields: map[string]string{"title": "капс", "z": "ещё"}},
			says: "Ответ площадки: «капс»", more: "< Заголовок\n< Сейчас: iPhone\n> Айфон\n< Заголовок: Айфон",
		},
		{
			name: "a field that is not asked", report: market.Report{Kind: market.Invalid, Fields: map[string]string{"9999": "нет поля"}},
			says: "«нет поля»", more: "< Проверьте объявление",
		},
		{name: "a photo refused", report: market.Report{Kind: market.Invalid, Photo: 2}, says: "не приняла фото № 2", more: "< [Фото: 0]"},
		{name: "unavailable", report: market.Report{Kind: market.Unavailable}, says: "сейчас не отвечает", more: "< [Опубликовать]"},
		{name: "our fault", report: market.Report{}, says: "Ошибка на нашей стороне", more: "< [Опубликовать]"},
		{name: "key revoked", mends: true, report: market.Report{Kind: market.NotSignedIn}, says: "больше не принимает", more: "< Где взять.\n> good-key\n< Проверьте объявление"},
	} {
		tt.report.Stage, tt.report.Ref = market.StageFailed, "REF12345"
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := published(t)
			c.report(tt.report)
			ref := "< REF12345"
			if tt.mends {
				ref = "- Номер ошибки"
			}
			c.talk("< " + tt.says + "\n" + ref + "\n< Всё введённое сохранено.\n" + tt.more)
			if d := c.draft(); d.State != market.DraftOpen {
				c.fatal("the draft is %s", d.State)
			}
			c.talk("> [Опубликовать]\n< Публикуем")
		})
		t.Run(tt.name+", elsewhere", func(t *testing.T) {
			t.Parallel()
			c := published(t)
			c.talk("> /help")
			c.report(tt.report)
			if c.disturbs() != 1 {
				c.fatal("%d replies", c.disturbs())
			}
			c.talk("! " + tt.says + "\n! [Открыть черновик]")
			open, _ := c.button(c.notices[0], "Открыть черновик")
			c.talk("> /start")
			c.pressData("Открыть черновик", open.Data)
			if tt.report.Kind == market.NotSignedIn {
				c.talk("< Где взять.\n> good-key")
			}
			c.talk("- Ваши объявления — прямо в чате")
		})
	}
}

// When nobody could find out whether the ad is there, the person settles it.
func TestReportUnknown(t *testing.T) {
	t.Parallel()
	t.Run("it is there", func(t *testing.T) {
		t.Parallel()
		c := published(t)
		c.report(market.Report{Stage: market.StageUnknown})
		c.talk(`
			< Не удалось узнать, появилось ли объявление на 999.md.
			< [Открыть сайт]
			> ну и?
			< подождите немного
			> [Главное меню]
			< [Черновики: 1]
			> [Черновики]
			> [❓ iPhone]
			> [Продолжить]
			> [Есть — убрать черновик]
			< Хорошо. Объявление — в «Моих объявлениях».
			> /drafts
			< Черновиков нет.
		`)
		if len(c.jobs) != 1 {
			c.fatal("%d jobs", len(c.jobs))
		}
	})
	t.Run("it is not there", func(t *testing.T) {
		t.Parallel()
		c := published(t)
		c.talk("> /help")
		c.report(market.Report{Stage: market.StageUnknown})
		c.talk("! Не удалось узнать\n! [Открыть черновик]")
		open, _ := c.button(c.notices[0], "Открыть черновик")
		c.pressData("Открыть черновик", open.Data)
		c.talk("> [Нет — вернуться к публикации]\n< Проверьте объявление")
		if len(c.jobs) != 1 {
			c.fatal("posted without a press")
		}
		c.talk("> [Опубликовать]\n< Публикуем")
		if len(c.jobs) != 2 || c.jobs[0].ID == c.jobs[1].ID {
			c.fatal("the jobs are %+v", c.jobs)
		}
	})
}

// What a job tells of a draft that is gone, or of an older job, changes nothing.
func TestReportsLate(t *testing.T) {
	t.Parallel()
	t.Run("an older job", func(t *testing.T) {
		t.Parallel()
		c := published(t)
		c.report(market.Report{Stage: market.StageFailed, Kind: market.NoMoney})
		c.talk("> [Попробовать ещё раз]")
		older := c.jobs[0]
		before := c.state()
		for _, stage := range []market.Stage{market.StagePhotos, market.StageFailed, market.StageUnknown} {
			c.reports(market.Report{Job: older.ID, Draft: older.Draft, Market: older.Market, Stage: stage})
			if c.disturbs() != 0 || c.state() != before {
				c.fatal("an older job's %s was taken for the newer one's", stage)
			}
		}
	})
	t.Run("a dropped draft", func(t *testing.T) {
		t.Parallel()
		c := published(t)
		delete(c.store.drafts, c.jobs[0].Draft)
		c.talk("> /start")
		for _, stage := range []market.Stage{market.StagePhotos, market.StageFailed, market.StageUnknown} {
			c.report(market.Report{Stage: stage})
			if c.disturbs() != 0 {
				c.fatal("%s of a dropped draft was told", stage)
			}
		}
		c.report(market.Report{Stage: market.StageDone, AdID: "77"})
		c.talk("! Объявление отправлено на 999.md\n! 77\n! [Мои объявления]")
	})
	t.Run("twice", func(t *testing.T) {
		t.Parallel()
		c := published(t)
		done := market.Report{Stage: market.StageDone, AdID: "77", URL: "https://999.md/ru/77"}
		c.report(done)
		c.talk("> [Главное меню]")
		c.report(done)
		if state := c.draft().State; state != market.DraftPublished {
			c.fatal("the draft is %s", state)
		}
	})
}

// Photos that come while the ad is being sent, or later, are answered.
func TestPhotosLate(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	c.talk(small + `
		> (album x a)
		> (album x b)
		> [Опубликовать]
		> (album x c)
		< Это фото пришло слишком поздно
		< Публикуем на 999.md
	`)
	if photos := c.jobs[0].Answers["pics"].Photos; len(photos) != 2 {
		c.fatal("the job has %d photos", len(photos))
	}
	c.report(market.Report{Stage: market.StageDone, AdID: "77"})
	c.talk("> (album x d)\n< Это фото пришло слишком поздно\n< Объявление отправлено")
	c.talk(`
		another album is for the next ad
		> (album y e)
		< 1 фото ждёт: нажмите «Новое объявление»
		> (album y f)
		< 2 фото ждут
		> /new
		> [Техника]
		> [Телефоны]
		> [Куплю]
		> (album y g)
		what has begun before the ad was there goes on waiting
		> /start
	`)
	c.now = c.now.Add(25 * time.Hour)
	c.talk("> /new")
	for _, d := range c.store.drafts {
		if d.State == market.DraftPublished {
			c.fatal("a published draft is kept for ever")
		}
	}
}

// An album goes where its first photo went, whatever is looked at by then.
func TestAlbum(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	c.talk(`
		> /new
		> (album x a)
		< Фото добавлено, теперь их 1.
		< Категория
		> /start
		> (album x b)
		< Фото добавлено, теперь их 2.
		< Ваши объявления
		> (album x c)
		> (album x d)
	`)
	c.talk(`
		> /drafts
		> [Без названия]
		> [Продолжить]
		> [Техника]
		> [Телефоны]
		> [Продам]
		> iPhone
		> Как новый
		> 100 €
		> [Бельцы]
		the market takes three
		> [37360000001]
		> [Готово]
		< Фотографии: 3 фото
	`)
}

// Photos sent before there is an ad wait for it; a form without photos says so.
func TestStash(t *testing.T) {
	t.Parallel()
	c := seat(t, asking(required("q", market.KindText, "цвет")))
	c.talk(`
		> (photo a)
		< 1 фото ждёт
		> (photo b)
		< 2 фото ждут
		> /new
		> [Техника]
		< В этой категории площадка не принимает фото.
		< Цвет
		> (photo c)
		< В этой категории площадка не принимает фото.
		> синий
		< Проверьте объявление
		- фото:
	`)
}
