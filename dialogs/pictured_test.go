package dialogs_test

import (
	"fmt"
	"strings"
	"testing"

	"bazarbot/market"
)

// Photos that came before their ad are told of where it does not take them all.
func TestPhotosBeforeTheirAd(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	c.talk("> /start\n> (photo a)\n> (photo b)\n> (photo c)\n> (photo d)\n> /new\n> [Техника]\n> [Телефоны]\n> [Продам]\n< Больше 3 фото площадка не принимает")
	if body := string(c.draft().Body); !strings.Contains(body, `"c"`) || strings.Contains(body, `"d"`) {
		t.Errorf("the draft is %s", body)
	}
	c = seat(t, bazaar())
	c.says("/start")
	for n := range 21 {
		c.talk(fmt.Sprintf("> (photo p%d)", n))
	}
	c.talk("- 21 фото\n< не взято")
}

// The rest of an album is told the truth when its draft was dropped, and joins
// changes that were kept when the person went elsewhere.
func TestRestOfAlbum(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	c.talk("> /new\n> [Техника]\n> (album g p1)\n> /cancel\n> [Удалить черновик насовсем]\n> (album g p2)\n- уже отправлено\n< черновика больше нет")
	m := shop()
	m.held["pics"] = market.PhotosValue(market.Photo{Remote: "i1.jpg"})
	c = seat(t, m)
	c.talk(toCard + "> [Изменить]\n> (album g p1)\n< " + photoAdded + "\n> /start\n< Изменения сохранены в боте\n> (album g p2)\n- уже отправлено\n< " + photoAdded)
	if edits := c.decoded().Edits; len(edits) != 1 || !strings.Contains(string(c.body), "p2") {
		c.fatal("kept are %+v", edits)
	}
}

// A report of an ad whose account was disconnected meanwhile opens nothing that
// the person does not see.
func TestPublishedWithoutAccount(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	c.talk(small + "> [Опубликовать]")
	c.talk("> /accounts\n> [+acc1]\n> [Отключить аккаунт]\n> [Отключить]\n> [Главное меню]\n< Ваши объявления")
	job := c.jobs[0]
	c.reports(market.Report{Job: job.ID, Draft: job.Draft, Market: job.Market, Account: job.Account, Stage: market.StageDone, AdID: "7", URL: "https://999.md/7"})
	c.talk("> [Помощь]\n< Что умеет бот")
}
