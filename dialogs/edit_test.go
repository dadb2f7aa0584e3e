package dialogs_test

import (
	"context"
	"testing"
	"time"

	"bazarbot/market"
)

// EditForm asks all but the category, as 999.md does.
func (m *table) EditForm(ctx context.Context, key market.Secret, lang market.Lang, id string, answers market.Answers) (market.Form, market.Answers, error) {
	if _, err := m.FullAd(ctx, key, lang, id); err != nil {
		return market.Form{}, nil, err
	}
	if answers == nil {
		answers = m.held
	}
	form, err := m.Form(ctx, key, lang, answers)
	var fields []market.Field
	for _, f := range form.Fields {
		if f.Role != market.RoleCategory {
			fields = append(fields, f)
		}
	}
	form.Fields = fields
	return form, m.held, err
}

// shop is a market with one ad that holds an answer of every kind.
func shop() *table {
	m := bazaar()
	m.caps.Hide = true
	m.ads = []market.Ad{{
		ID: "a1", Market: m.id, Title: "iPhone 13", State: market.StatePublic, Views: 22,
		Price:  market.Money{Amount: "300", Currency: "eur"},
		Posted: time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC), Republished: time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC),
		Expires: time.Date(2026, 12, 3, 12, 0, 0, 0, time.UTC), Reasons: []string{"Плохое фото"},
	}}
	m.held = market.Answers{
		"category": market.OptionValue("техника"), "subcategory": market.OptionValue("телефоны"), "offer": market.OptionValue("продам"),
		"title": market.TextValue("iPhone 13"), "text": market.TextValue("Как новый"), "price": market.NumberValue("300", "eur"),
		"region": market.OptionValue("кишинёв"), "city": market.OptionValue("центр"),
		"pics":   market.PhotosValue(market.Photo{Remote: "i1.jpg"}, market.Photo{Remote: "i2.jpg"}),
		"phones": market.OptionValue("37360000001"), "colour": market.TextValue("чёрный"),
		"brand": market.OptionValue("apple"), "model": market.OptionValue("iphone 13"), "sim": market.YesValue(true),
	}
	return m
}

const toCard = "> /ads\n> [iPhone 13]\n< [Обновить]\n"

// card opens the card of the shop's ad.
func card(t *testing.T, m *table) *chat {
	c := seat(t, m)
	c.talk(toCard)
	return c
}

// act is the one job of the newest turn.
func (c *chat) act() market.AdJob {
	c.t.Helper()
	if len(c.turn.Acts) != 1 {
		c.fatal("the turn gave %d jobs", len(c.turn.Acts))
	}
	return c.turn.Acts[0]
}

// tells lets a job tell how it ended.
func (c *chat) tells(job market.AdJob, r market.Report) {
	c.t.Helper()
	r.Job, r.Action, r.Market, r.Account, r.AdID, r.Title = job.ID, job.Action, job.Market, job.Account, job.Ad, job.Title
	c.reports(r)
}

// differs names what a job changes.
func differs(job market.AdJob) map[string]market.Value {
	changed := map[string]market.Value{}
	for key := range job.Before {
		if !job.After[key].Equal(job.Before[key]) {
			changed[key] = job.After[key]
		}
	}
	for key := range job.After {
		if !job.After[key].Equal(job.Before[key]) {
			changed[key] = job.After[key]
		}
	}
	return changed
}

func (c *chat) changes(job market.AdJob, want map[string]market.Value) {
	c.t.Helper()
	got := differs(job)
	for key, value := range want {
		if !got[key].Equal(value) {
			c.fatal("%s becomes %+v, not %+v", key, got[key], value)
		}
	}
	if len(got) != len(want) || job.Action != market.ActEdit || job.Ad != "a1" {
		c.fatal("the job is %+v", job)
	}
}

// What the market tells of an ad is on its card, and how long is left.
func TestCardFacts(t *testing.T) {
	t.Parallel()
	c := card(t, shop())
	c.talk(`
		< 22 просмотра
		< Причина: Плохое фото
		< Размещено: 01.11.2026
		< Поднято в списке: 03.11.2026
		< Активно до: 03.12.2026 12:00 · осталось 12 дней
	`)
	for left, says := range map[time.Duration]string{
		25 * time.Hour: "остался 1 день", 23 * time.Hour: "осталось 23 часа", time.Minute: "остался 1 час",
	} {
		c.market.ads[0].Expires = c.now.Add(left + c.step)
		c.talk("> [Обновить]\n< " + says)
	}
	c.market.ads[0].Expires = c.now
	c.talk("> [Обновить]\n- осталось\n- остался")
}

// Every answer is changed alone, and shown old → new before it is sent.
func TestEdit(t *testing.T) {
	t.Parallel()
	c := card(t, shop())
	c.talk(`
		> [Изменить]
		< Изменение объявления
		< Выберите, что изменить
		- [Сохранить]
		< [Тип предложения: Продам]
		< [Заголовок: iPhone 13]
		< [Цена: 300 €]
		< [1/2]
		< [Цвет: чёрный]
		> [›]
		< [Бренд: Apple]
		> [‹]
		> [Цвет: чёрный]
		< iPhone 13 › Цвет
		< Сейчас: чёрный
		> белый
		< Цвет: чёрный → белый
		> [Заголовок]
		> iPhone 13 Pro
		< Заголовок: iPhone 13 → iPhone 13 Pro
		> [Добавить подробности]
		> [Ещё]
		> [☑️ Две SIM-карты]
		> [⬜️ Коробка]
		> [Назад]
		> [Характеристики]
		> [➕ Батарея]
		> 3000 mah
		> [Назад]
		> [К объявлению]
		< Две SIM-карты: Да → Нет
		< Коробка: Нет → Да
		< Батарея: — → 3 000 mah
		> [Сохранить изменения]
		< Делаем
		- [Изменить]
	`)
	job := c.act()
	c.changes(job, map[string]market.Value{
		"colour": market.TextValue("белый"), "title": market.TextValue("iPhone 13 Pro"), "sim": {},
		"box": market.YesValue(true), "battery": market.NumberValue("3000", "mah"),
	})
	c.tells(job, market.Report{Stage: market.StageDone})
	c.talk("< Изменения сохранены.\n< [Изменить]\n> [Изменить]\n< Выберите, что изменить\n- [Сохранить]\n> [Назад]\n< [Обновить]")
}

// An optional answer is taken back; one that is as before is no change.
func TestEditTakesBack(t *testing.T) {
	t.Parallel()
	c := card(t, shop())
	c.talk(`
		> [Изменить]
		> [Цвет]
		> белый
		> [Цвет: белый]
		>  чёрный
		- [Сохранить]
		> [Цвет]
		> [Убрать ответ]
		< Цвет: чёрный → —
		> [Сохранить изменения]
	`)
	c.changes(c.act(), map[string]market.Value{"colour": {}})
}

// What a changed parent clears is said before it is cleared.
func TestEditClears(t *testing.T) {
	t.Parallel()
	c := card(t, shop())
	c.talk(`
		> [Изменить]
		> [›]
		> [Бренд: Apple]
		> [Samsung]
		< Бренд: Samsung
		< Это сотрёт: Модель.
		> [Назад]
		< Сейчас: Apple
		> нокиа
		< Варианта «нокиа» в списке нет
		> Samsung
		< Это сотрёт: Модель.
		> Apple
		- Это сотрёт
		- [Сохранить]
		> [›]
		> [Бренд: Apple]
		> [Samsung]
		> [Изменить и стереть]
		< Бренд: Apple → Samsung
		< Модель: iPhone 13 → —
		> [Добавить подробности]
		> [Характеристики]
		> [➕ Модель]
		> [Galaxy S23]
		> [Назад]
		> [К объявлению]
		< Модель: iPhone 13 → Galaxy S23
		> [Регион: Кишинёв]
		> [Бельцы]
		< Это сотрёт: Город.
		> [Изменить и стереть]
		the only city there is is taken
		< Город: Центр → Слободзея
		> [Сохранить изменения]
	`)
	c.changes(c.act(), map[string]market.Value{
		"brand": market.OptionValue("samsung"), "model": market.OptionValue("galaxy s23"),
		"region": market.OptionValue("бельцы"), "city": market.OptionValue("слободзея"),
	})
}

// Taking a parent's answer back clears what depends on it, too.
func TestEditTakesParentBack(t *testing.T) {
	t.Parallel()
	c := card(t, shop())
	c.talk(`
		> [Изменить]
		> [›]
		> [Бренд: Apple]
		> [Убрать ответ]
		< Бренд: —
		< Это сотрёт: Модель.
		> [Изменить и стереть]
		> [Сохранить изменения]
	`)
	c.changes(c.act(), map[string]market.Value{"brand": {}, "model": {}})
}

// Pictures that the market has are told by their number; new ones join at any
// moment while the form is open.
func TestEditPhotos(t *testing.T) {
	t.Parallel()
	c := card(t, shop())
	c.talk(`
		> [Изменить]
		> [Заголовок]
		> (album x a)
		< теперь их 3
		< Заголовок
		> [Назад]
		< Фотографии: 2 фото → 3 фото
		> [Фото: 3]
		> [2]
		< Фото 2 из 3
		> [Сделать главным]
		> [Назад]
		> [2]
		> [Убрать фото]
		> [Готово]
		< Фотографии: 2 фото → 2 фото (+1, −1)
		> (photo b)
		> (photo c)
		< Больше 3 фото площадка не принимает.
		> [Сохранить изменения]
	`)
	job := c.act()
	c.changes(job, map[string]market.Value{"pics": market.PhotosValue(
		market.Photo{Remote: "i2.jpg"}, market.Photo{FileID: "a", UniqueID: "u-a"}, market.Photo{FileID: "b", UniqueID: "u-b"},
	)})
	c.tells(job, market.Report{Stage: market.StageFailed, Kind: market.Invalid, Photo: 2})
	c.talk("< не приняла фото № 2\n< В объявлении 3 фото\n> [Отменить]\n< 2 фото → 3 фото\n> [Отменить]\n< Отказаться от них?\n> [Отказаться]\n< Отменено.\n< [Обновить]")
	c.talk("> [Изменить]\n> [Фото: 2]\n> [2]\n> [Раньше]\n> [Назад]\n> [Готово]\n< Фотографии: 2 фото → 2 фото (новый порядок)")
	c.talk("> (album y d)\n> [Сохранить изменения]\n> (album y e)\n< слишком поздно")
}

// The price is one question.
func TestEditPrice(t *testing.T) {
	t.Parallel()
	c := card(t, shop())
	c.talk(`
		> [Цена]
		< iPhone 13 › Цена
		< Сейчас: 300 €
		> дорого
		< Здесь нужно число
		> 280 €
		< Цена: 300 € → 280 €
		< Делаем
	`)
	job := c.act()
	c.changes(job, map[string]market.Value{"price": market.NumberValue("280", "eur")})
	c.tells(job, market.Report{Stage: market.StageFailed, Kind: market.Invalid, Message: "m", Fields: map[string]string{"text": "коротко"}})
	c.talk(`
		what is refused is opened, and what was typed is there
		< Ответ площадки: «коротко»
		< Всё введённое сохранено.
		< Текст
		> Как новый, в коробке
		< Цена: 300 € → 280 €
		> [Сохранить изменения]
	`)
	c.tells(c.act(), market.Report{Stage: market.StageDone})
	c.talk("< Изменения сохранены.\n> [Цена]\n> 300 €\n< Ничего не изменилось\n< [Цена]\n> [Цена]\n> [Назад]\n< [Обновить]\n> [Цена]\n> [Отменить]\n< [Обновить]")
	c.market.rows = c.market.rows[:5]
	c.talk("> [Цена]\n< площадка не спрашивает цену\n< [Обновить]")
}

// What nobody touched is not judged: options that went, requirements that came.
func TestEditOldAd(t *testing.T) {
	t.Parallel()
	m := shop()
	m.held["phones"] = market.OptionValue("37399999999")
	delete(m.held, "text")
	c := card(t, m)
	c.talk("> [Изменить]\n- [Сохранить]\n> [Заголовок]\n> Айфон\n> [Сохранить изменения]")
	c.changes(c.act(), map[string]market.Value{"title": market.TextValue("Айфон")})
}

func TestEditGone(t *testing.T) {
	t.Parallel()
	m := shop()
	c := card(t, m)
	c.talk("> [Изменить]\n> [Заголовок]")
	m.fail(market.Unavailable, "form")
	c.talk("> Айфон\n< пришлите его ещё раз\n< [Повторить]\n> (photo a)\n< [Повторить]")
	m.fail("")
	c.talk("> [Повторить]\n< Заголовок\n> Айфон\n< [Сохранить изменения]")
	m.ads = nil
	c.talk("> [Сохранить изменения]\n< Этого объявления на площадке больше нет.")
}

// A copy is a draft of all that the ad holds.
func TestCopyAd(t *testing.T) {
	t.Parallel()
	c := card(t, shop())
	c.talk(`
		> [Создать копию]
		< Это копия объявления.
		< Проверьте объявление
		< Заголовок: iPhone 13
		< Модель: iPhone 13
		< [Фото: 2]
		> [Опубликовать]
		< Публикуем
	`)
	job := c.jobs[len(c.jobs)-1]
	for key, value := range c.market.held {
		if !job.Answers[key].Equal(value) {
			t.Errorf("%s is %+v, not %+v", key, job.Answers[key], value)
		}
	}
	if job.Account != "acc1" {
		t.Errorf("the account is %q", job.Account)
	}
}

// Pictures that only the market has stay with the account they are of.
func TestCopyForAnotherAccount(t *testing.T) {
	t.Parallel()
	c := seat(t, shop())
	c.account("acc2", "good-key")
	c.talk(toCard + `
		> [Создать копию]
		< Аккаунт: +acc1
		> (photo a)
		< [Фото: 3]
		> [Изменить]
		> [Аккаунт: +acc1]
		> [+acc2]
		< пришлите их ещё раз
		< [Фото: 1]
		> [Опубликовать]
	`)
	job := c.jobs[len(c.jobs)-1]
	if photos := job.Answers["pics"].Photos; job.Account != "acc2" || len(photos) != 1 || photos[0].FileID != "a" {
		t.Errorf("the job is %+v", job)
	}
}

func TestSold(t *testing.T) {
	t.Parallel()
	c := card(t, shop())
	c.talk("> [Продано]\n< Делаем\n- [Продано]")
	job := c.act()
	if job.Action != market.ActHide {
		t.Fatalf("the job is %+v", job)
	}
	c.market.ads[0].State = market.StateHidden
	c.tells(job, market.Report{Stage: market.StageDone})
	c.talk("< Поздравляем с продажей!\n< Удалять объявления 999.md не умеет\n< [Показать снова]\n- [Продано]")
}
