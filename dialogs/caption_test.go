package dialogs_test

import (
	"strings"
	"testing"

	"bazarbot/dialogs"
	"bazarbot/market"
)

// captioned lets the person send a photo with words under it.
func (c *chat) captioned(file, album, words string) {
	c.t.Helper()
	c.photo(dialogs.Event{Photo: market.Photo{FileID: file}, Album: album, Text: words})
}

const (
	toTitle    = "> /new\n> [Техника]\n> [Телефоны]\n> [Продам]\n"
	notTaken   = "Текст под фото не взят"
	photoAdded = "Фото добавлено"
)

// Where a text is asked for, the words under a photo are the answer, and the
// photo joins the ad.
func TestCaptionAnswers(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	c.talk(toTitle)
	c.captioned("p1", "", "iPhone 13")
	c.talk("< " + photoAdded + "\n- " + notTaken + "\n< Опишите")
	c.captioned("p2", "g", "Как новый,\nне бит")
	c.captioned("p3", "g", "")
	c.talk("< " + photoAdded + "\n- " + notTaken + "\n< Напишите цену")
	c.captioned("p4", "", "300 €")
	c.talk("< 3 фото\n< " + notTaken + "\n< Напишите цену\n> 300 €\n< Регион")
	body := string(c.draft().Body)
	for _, want := range []string{`"title":{"text":"iPhone 13"}`, `Как новый,\nне бит`, "p1", "p2", "p3"} {
		if !strings.Contains(body, want) {
			c.fatal("%s is not in the draft:\n%s", want, body)
		}
	}
}

// At any other moment the photo joins, and the person is told that its words do
// not: of an album with each photo, as the next one is told in the same message.
func TestCaptionUntaken(t *testing.T) {
	t.Parallel()
	for name, steps := range map[string]func(*chat){
		"a choice is asked":       func(c *chat) { c.talk("> /new") },
		"a number is asked":       func(c *chat) { c.talk(toTitle + "> iPhone 13\n> Как новый") },
		"it asks what to drop":    func(c *chat) { c.talk(toTitle + "> /cancel") },
		"nothing is open":         func(c *chat) { c.talk("> /start") },
		"an ad waits below":       func(c *chat) { c.talk(toTitle + "> /ads") },
		"an ad is changed":        func(c *chat) { c.talk(toCard + "> [Изменить]") },
		"another question's text": func(c *chat) { c.talk(toTitle + "> /accounts\n> [+acc1]\n> [Переименовать]") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := seat(t, shop())
			steps(c)
			c.captioned("p1", "g", "Продам iPhone 13, состояние отличное")
			c.talk("< " + notTaken + "\n< фото")
			before := c.screen
			c.captioned("p2", "g", "")
			c.talk("< " + notTaken)
			if c.screen != before {
				c.fatal("the second photo made message %d of %d", c.screen, before)
			}
			c.captioned("p3", "", "")
			c.talk("- " + notTaken)
			if strings.Contains(string(c.body), "отличное") {
				c.fatal("the words are in the session: %s", c.body)
			}
		})
	}
}

// Words that are refused as an answer are told so, also below the next photo.
func TestCaptionRefused(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	c.talk(toTitle)
	c.captioned("p1", "g", strings.Repeat("слово ", 20))
	c.talk("< можно не больше 50\n< " + photoAdded)
	c.captioned("p2", "g", "")
	c.talk("< " + notTaken + "\n< " + photoAdded)
	c.captioned("p3", "", "/start")
	c.talk("< " + notTaken + "\n< Напишите заголовок")
}

// A secret under a photo goes from the chat, and nothing of it stays; nor does
// the photo, which may show it.
func TestCaptionSecret(t *testing.T) {
	t.Parallel()
	c := meet(t, bazaar())
	c.hidden = []string{"wrong-key", "good-key", "p-secret"}
	c.talk("> /accounts\n> [Подключить 999.md]")
	c.captioned("p-secret", "", "wrong-key")
	c.talk("< не принял этот ключ\n- " + photoAdded + "\n> /help")
	c.captioned("p-secret", "", "good-key")
	c.talk("< 999.md подключён")
	if n := strings.Count(c.log.String(), "(your message was deleted)"); n != 2 {
		c.fatal("%d messages were deleted", n)
	}
}

// A picture of a secret becomes no photo of the ad that waits below, and goes from
// the chat. The rest of an album that began before still joins its ad.
func TestPictureOfSecret(t *testing.T) {
	t.Parallel()
	c := visit(t)
	c.talk(small + "> (album g p1)\n> [Опубликовать]\n> 0700111000\n< Пароль\n> (album g p2)\n< теперь их 2\n> (photo shown-password)\n< Здесь нужен текст\n< Пароль\n> " + password)
	c.code()
	c.talk("> /help\n> (photo shown-code)\n< Здесь нужен текст\n< Код из SMS")
	if body := string(c.draft().Body); strings.Contains(body, "shown-") || !strings.Contains(body, "p2") || len(c.decoded().Stash) != 0 {
		c.fatal("the draft is %s", body)
	}
	if n := strings.Count(c.log.String(), "(your message was deleted)"); n != 4 {
		c.fatal("%d messages were deleted", n)
	}
}

// While the market looks at a password, whatever comes may be it once more.
func TestCaptionWhileSigningIn(t *testing.T) {
	t.Parallel()
	c := meet(t, boutique(lots(1)...))
	c.hidden = []string{password, "p-secret"}
	c.talk("> /accounts\n> [Подключить O!Market]")
	c.talk("> 0700 111 000")
	c.captioned("p-secret", "", password)
	c.captioned("p-secret", "", password)
	if n := strings.Count(c.log.String(), "(your message was deleted)"); n < 2 {
		c.fatal("%d messages were deleted", n)
	}
}

// The words under a photo reach the staff whole: what does not fit under it comes
// below.
func TestCaptionToSupport(t *testing.T) {
	t.Parallel()
	for _, n := range []int{10, 1000} {
		o := openOffice()
		them, helper := o.enters(t, seller), o.enters(t, support)
		them.talk("> /support")
		them.captioned("p1", "", strings.Repeat("<", n)+" конец")
		them.talk("< Передано\n- " + notTaken)
		helper.says("/start")
		helper.post()
		if !helper.stays("<"+" конец") || !helper.stays("Вопрос от 42") {
			helper.fatal("the words did not come")
		}
		last := helper.notices[len(helper.notices)-1]
		if _, ok := helper.button(last, "Ответить"); !ok || helper.notices[0].Photo != "p1" {
			helper.fatal("no button, or no photo")
		}
	}
}
