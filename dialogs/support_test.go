package dialogs_test

import (
	"strings"
	"testing"
	"time"

	"bazarbot/dialogs"
	"bazarbot/market"
)

// letters is all that a person was told by the letters that wait for them.
func (c *chat) letters() string {
	c.t.Helper()
	waiting := c.office.letters
	c.office.letters = nil
	var b strings.Builder
	for _, l := range waiting {
		if l.To != c.person.ID {
			continue
		}
		c.event(dialogs.Event{Kind: dialogs.Lettered, Letter: l})
		for _, v := range c.notices {
			b.WriteString(c.speaker().screen(v) + "\n")
		}
	}
	return b.String()
}

// A question comes whole, however long it is and whatever is in it: what does not
// fit one message comes in several, and only the last one has the button.
func TestLongQuestion(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"long":       strings.Repeat("слово ", 680) + "и конец.",
		"of quotes":  strings.Repeat(`«"&'<a>» `, 450) + "и конец.",
		"of symbols": strings.Repeat("🚗", 2040) + " и конец.",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := openOffice()
			them, helper := o.enters(t, seller), o.enters(t, support)
			helper.says("/start")
			them.says("/support")
			them.says(text)
			got := helper.letters()
			squeezed := func(s string) string { return strings.Join(strings.Fields(s), "") }
			whole := squeezed(strings.ReplaceAll(got, "[Ответить]", ""))
			if !strings.Contains(whole, squeezed(text)) {
				t.Errorf("the question came as\n%s", got)
			}
			if strings.Count(got, "[Ответить]") != 1 {
				t.Errorf("%d buttons", strings.Count(got, "[Ответить]"))
			}
		})
	}
}

// What Telegram's apps have cut in two is one question, and one answer.
func TestCutQuestion(t *testing.T) {
	t.Parallel()
	o := openOffice()
	them, helper := o.enters(t, seller), o.enters(t, support)
	long := strings.Repeat("а", 4096)
	helper.says("/start")
	them.talk("> /support")
	them.says(long)
	them.talk("> конец вопроса\n< Передано\n- Чтобы начать")
	them.step = 10 * time.Second
	them.talk("> ещё кое-что\n< Чтобы начать")
	got := helper.letters()
	if !strings.Contains(got, "конец вопроса") || strings.Contains(got, "кое-что") {
		t.Errorf("the question came as\n%s", got)
	}
	b, _ := helper.button(helper.notices[0], "Ответить")
	helper.pressData("Ответить", b.Data)
	helper.says(long)
	helper.talk("> конец ответа\n< Ответ отправлен")
	if got := them.letters(); !strings.Contains(got, "конец ответа") {
		t.Errorf("the answer came as\n%s", got)
	}
}

// The photos of an album go together: none of them ends in the person's next ad.
func TestAlbumToSupport(t *testing.T) {
	t.Parallel()
	o := openOffice()
	them, helper := o.enters(t, seller), o.enters(t, support)
	helper.says("/start")
	them.talk("> /support\n> (album a p1)\n< Передано\n> (album a p2)\n< Передано\n> (album a p3)\n- нажмите «Новое объявление»")
	if n := len(them.decoded().Stash); n != 0 {
		t.Errorf("%d photos wait for the next ad", n)
	}
	photos := func(letters []market.Letter, to int64) string {
		var files []string
		for _, l := range letters {
			if l.To == to && l.File != "" {
				files = append(files, l.File)
			}
		}
		return strings.Join(files, " ")
	}
	if got := photos(o.letters, support); got != "p1 p2 p3" {
		t.Errorf("support gets %q", got)
	}
	helper.post()
	b, _ := helper.button(helper.notices[0], "Ответить")
	helper.pressData("Ответить", b.Data)
	helper.talk("> (album b r1)\n< Ответ отправлен\n> (album b r2)\n- нажмите «Новое объявление»")
	if got := photos(o.letters, seller); got != "r1 r2" {
		t.Errorf("the person gets %q", got)
	}
	o.letters = nil
	o.staff[support] = ""
	helper.talk("> (album b r3)")
	if len(o.letters) > 0 {
		t.Error("who was dismissed meanwhile still answers")
	}
}

// What goes on and on is not one question: it ends where the person's questions do.
func TestEndlessQuestion(t *testing.T) {
	t.Parallel()
	o := openOffice()
	them := o.enters(t, seller)
	them.talk("> /support")
	for range 3 * dialogs.DefaultLimits.Questions {
		them.says(strings.Repeat("а", 4096))
	}
	questions := 0
	for _, l := range o.letters {
		if l.To == support {
			questions++
		}
	}
	if questions != dialogs.DefaultLimits.Questions {
		t.Errorf("%d letters", questions)
	}
	them.talk("> /support\n> ещё\n< не больше 5 раз в час")
}

// Where nobody is of the staff, nobody is told that their question was passed on.
func TestNobodyAnswers(t *testing.T) {
	t.Parallel()
	o := openOffice()
	o.staff = map[int64]market.StaffRole{}
	o.enters(t, seller).talk("> /support\n> Где моё объявление?\n- Передано\n< некому")
	seat(t, bazaar()).talk("> /support\n> Где моё объявление?\n- Передано\n< некому")
}
