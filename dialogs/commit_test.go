package dialogs_test

import (
	"testing"

	"bazarbot/market"
)

// What is handed to the account's lane is what was answered, and nothing that
// the market does not ask for any more.
func TestFormCommit(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	c.talk(small + `
		> (photo a)
		> (photo b)
		> [Добавить подробности]
		> [Характеристики]
		> [Бренд]
		> [Apple]
		> [Модель]
		> [iPhone 14]
		> [Бренд: Apple]
		> [Samsung]
		> [Назад]
		> [К объявлению]
		> [Опубликовать]
	`)
	if len(c.jobs) != 1 {
		c.fatal("%d jobs", len(c.jobs))
	}
	job := c.jobs[0]
	if job.Draft != c.draft().ID || job.Account != "acc1" || job.Person != seller || job.Market != market.MD999 {
		c.fatal("the job is %+v", job)
	}
	want := market.Answers{
		"category": market.OptionValue("техника"), "subcategory": market.OptionValue("телефоны"),
		"offer": market.OptionValue("продам"), "account": market.OptionValue("acc1"),
		"title": market.TextValue("iPhone"), "text": market.TextValue("Как новый"),
		"price": market.NumberValue("100", "eur"), "region": market.OptionValue("бельцы"), "city": market.OptionValue("слободзея"),
		"phones": market.OptionValue("37360000001"), "brand": market.OptionValue("samsung"),
		"pics": market.PhotosValue(market.Photo{FileID: "a", UniqueID: "u-a"}, market.Photo{FileID: "b", UniqueID: "u-b"}),
	}
	for key, v := range want {
		if !job.Answers[key].Equal(v) {
			t.Errorf("%s is %+v, want %+v", key, job.Answers[key], v)
		}
	}
	if len(job.Answers) != len(want) {
		t.Errorf("%d answers, want %d: %+v", len(job.Answers), len(want), job.Answers)
	}
	if c.draft().State != market.DraftPublishing {
		t.Errorf("the draft is %s", c.draft().State)
	}
}

// Of several drafts, the one whose button was pressed is published.
func TestSeveralDrafts(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	c.talk(small)
	first := c.draft().ID
	c.talk(`
		> /new
		> [Транспорт]
		< Заголовок
		> Дача
		> /drafts
		< [iPhone]
		< [Дача]
		> [iPhone]
		> [Продолжить]
		< Проверьте объявление
		< Заголовок: iPhone
		> [Опубликовать]
	`)
	if len(c.jobs) != 1 || c.jobs[0].Draft != first || c.jobs[0].Answers["title"].Text != "iPhone" {
		c.fatal("published %+v, not draft %s", c.jobs, first)
	}
	if state := c.store.drafts[first].State; state != market.DraftPublishing {
		c.fatal("the published draft is %s", state)
	}
	c.talk(`
		> /drafts
		< [🚀 iPhone]
		> [Дача]
		> [Удалить черновик]
		< Вернуть его будет нельзя.
		> [Назад]
		> [Удалить черновик]
		> [Удалить черновик насовсем]
		< Черновик удалён.
		- [Дача]
		> [iPhone]
		- [Удалить черновик]
		> [Продолжить]
		< Публикуем на 999.md
	`)
}

// A market that asks for what the bot does not know leaves every way out.
func TestBlockedForm(t *testing.T) {
	t.Parallel()
	m := bazaar()
	m.blocked, m.leftOut = []string{"карта", "схема"}, []string{"запах"}
	c := seat(t, m)
	c.talk(`
		> /new
		> [Техника]
		> [Телефоны]
		> [Продам]
		< карта, схема
		< [Назад]
		> [Отменить]
		< Прервать создание объявления?
		> [Продолжить]
		< карта, схема
		> [Назад]
		< Тип предложения
		> [Куплю]
		< карта, схема
		> (sticker)
		< карта, схема
	`)
	m.blocked = nil
	c.talk(`
		> /help
		> [Назад]
		< Заголовок
	`)
	c.talk(`
		> iPhone
		> Текст
		> 100 €
		> [Бельцы]
		> [Пропустить]
		> [37360000001]
		> [Готово]
		< можно заполнить только на сайте: запах.
	`)
}
