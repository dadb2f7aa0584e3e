package dialogs_test

import (
	"fmt"
	"testing"
	"time"

	"bazarbot/dialogs"
	"bazarbot/market"
)

// Keys that are tried to open an account are bounded by the hour; the person is
// told, and goes on when the hour is over.
func TestSignInLimit(t *testing.T) {
	t.Parallel()
	c := meet(t, bazaar())
	c.talk("> /start\n> [Новое объявление]")
	for i := range dialogs.DefaultLimits.SignIns {
		c.talk(fmt.Sprintf("> wrong-key-%d\n< 999.md не принял этот ключ.", i))
	}
	c.talk("> good-key\n< Слишком много попыток входа за час\n- подключён")
	c.now = c.now.Add(time.Hour)
	c.talk("> good-key\n< 999.md подключён.")
}

// Codes asked for again are bounded by the hour; the one that came last still
// serves.
func TestCodesLimit(t *testing.T) {
	t.Parallel()
	c := visit(t)
	c.signsUp()
	for range dialogs.DefaultLimits.Codes {
		c.now = c.now.Add(2 * time.Minute)
		c.talk("> [Код не пришёл]")
		c.code()
	}
	c.now = c.now.Add(2 * time.Minute)
	c.talk("> [Код не пришёл]\n< Слишком много кодов за час. Введите последний полученный")
	c.expects(dialogs.DefaultLimits.Codes+1, market.SignUp)
	c.talk("> 1234\n< Проверяем код")
}

// Photos are bounded by the hour, whatever becomes of them.
func TestPhotosLimit(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	c.talk("> /start\n> [Новое объявление]")
	for i := range dialogs.DefaultLimits.Photos {
		c.photo(dialogs.Event{Photo: market.Photo{FileID: fmt.Sprint("p", i)}})
		if c.has(c.view, "Слишком много фото за час") {
			t.Fatalf("photo %d is too much", i)
		}
	}
	c.photo(dialogs.Event{Photo: market.Photo{FileID: "more"}})
	c.talk("< Слишком много фото за час: это не добавлено")
}
