package dialogs_test

import "testing"

// Who goes from one screen to another by commands alone leaves no trail behind
// that grows for ever.
func TestScreensDoNotPileUp(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	c.says("/start")
	for range 5 {
		c.talk("> /settings\n> /accounts\n> /drafts\n> /lang\n> /help\n> /support\n> /faq")
	}
	if n := len(c.decoded().Stack); n > 9 {
		t.Errorf("%d screens are open", n)
	}
	c.talk("> /settings\n> [Назад]\n> /start\n< Ваши объявления")
}
