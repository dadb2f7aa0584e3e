package dialogs_test

import (
	"testing"

	"bazarbot/dialogs"
	"bazarbot/market"
)

// facing opens the profile's picture of an account at a market that has such.
func facing(t *testing.T) *chat {
	c := seat(t, boutique())
	c.talk("> /accounts\n> [O!Market · +acc1]\n> [Фото профиля]\n< пришлите его сюда")
	return c
}

// avatarTold lets the newest change end.
func (c *chat) avatarTold(r market.Report) {
	c.t.Helper()
	job := c.acts[len(c.acts)-1]
	r.Job, r.Market, r.Account, r.Action = job.ID, job.Market, job.Account, job.Action
	c.reports(r)
}

func TestNoProfile(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	c.talk("> /accounts\n> [999.md · +acc1]\n- [Фото профиля]")
}

// The picture is set by sending a photo, shown from then on, and taken away when
// that is confirmed.
func TestProfile(t *testing.T) {
	t.Parallel()
	c := facing(t)
	c.talk(`
		< O!Market боту не сообщает
		> слова
		< Здесь нужны фотографии
		> (photo a)
		< Делаем
		- [Убрать фото]
		> (photo b)
		< Предыдущее изменение ещё не закончено
	`)
	if len(c.acts) != 1 || c.acts[0].Action != market.ActAvatar || c.acts[0].Photo.FileID != "a" || c.acts[0].Account != "acc1" {
		c.fatal("the jobs are %+v", c.acts)
	}
	c.avatarTold(market.Report{Stage: market.StageWaiting})
	c.avatarTold(market.Report{Stage: market.StageDone, URL: "https://m.example/me.jpg"})
	c.talk("< Фото профиля поставлено: O!Market · +acc1\n- боту не сообщает")
	if c.view.Photo != "https://m.example/me.jpg" {
		c.fatal("the photo is %q", c.view.Photo)
	}
	c.talk(`
		> [Убрать фото]
		< Покупатели его больше не увидят
		> [Назад]
		> [Убрать фото]
		> [Да, убрать]
		< Делаем
	`)
	if len(c.acts) != 2 || c.acts[1].Action != market.ActAvatarRemove || c.acts[1].Photo != nil {
		c.fatal("the jobs are %+v", c.acts)
	}
	c.talk("> /start")
	c.avatarTold(market.Report{Stage: market.StageDone})
	c.talk("! Фото профиля убрано: O!Market · +acc1")
	c.talk("> /accounts\n> [O!Market · +acc1]\n> [Фото профиля]\n< Сейчас фото нет\n- [Убрать фото]")
	if len(c.decoded().Stash) != 0 {
		c.fatal("a profile's picture waits for an ad")
	}
}

// Pictures that cannot be used are not sent, and what the market says against
// one is told.
func TestProfileRefused(t *testing.T) {
	t.Parallel()
	c := facing(t)
	c.pictures = func(market.Photo) error { return &market.PhotoError{Fault: market.PhotoTooLarge} }
	c.photo(dialogs.Event{Photo: market.Photo{FileID: "a", Document: true}})
	c.talk("< до 30 мегапикселей\n< пришлите его сюда")
	if len(c.acts) != 0 {
		c.fatal("the jobs are %+v", c.acts)
	}
	c.talk("> (album x a)\n> (album x b)\n< Предыдущее изменение")
	c.avatarTold(market.Report{Stage: market.StageFailed, Kind: market.Invalid, Photo: 1, Ref: "R"})
	c.talk("< Фото профиля не изменилось\n< не приняла это фото\n> (photo b)")
	c.avatarTold(market.Report{Stage: market.StageFailed, Kind: market.Unavailable, Ref: "R"})
	c.talk("< Фото профиля не изменилось\n< сейчас не отвечает\n> (photo b)")
	c.avatarTold(market.Report{Stage: market.StageUnknown})
	c.talk("< не видно, подействовало ли\n> (photo b)")
	c.avatarTold(market.Report{Stage: market.StageFailed, Kind: market.NotSignedIn, Ref: "R"})
	c.talk("< Фото профиля не изменилось\n< Вход › ")
	if len(c.acts) != 4 {
		c.fatal("%d jobs", len(c.acts))
	}
}

// Every screen of the search, the questions and the profile fits, whatever the
// language: the chat looks at each in all of them.
func TestReadersInEveryLanguage(t *testing.T) {
	t.Parallel()
	for lang, words := range map[string][]string{
		"ru": {"Найти", "Показать все 2 фото", "Списком", "Изменить поиск", "Вопрос 01"},
		"ro": {"Căutați", "Afișați toate cele 2 fotografii", "Ca listă", "Modificați căutarea", "Вопрос 01"},
		"ky": {"Издөө", "Бардык 2 сүрөттү көрсөтүү", "Тизме", "Издөөнү өзгөртүү", "Вопрос 01"},
	} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			m := boutique(append([]market.Ad{picturedLot()}, lots(20)...)...)
			m.shop.faq = frequent(10)
			c := meet(t, m)
			c.person.LangCode = lang
			c.talk("> /search\n> [🔎 " + words[0] + "]\n> [<b>5]\n> [" + words[1] + "]\n> [›]\n> [" + words[2] + "]\n> [" + words[3] + "]\n> /faq\n> [" + words[4] + "]")
		})
	}
}
