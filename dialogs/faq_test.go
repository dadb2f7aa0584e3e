package dialogs_test

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"testing"
	"time"

	"bazarbot/dialogs"
	"bazarbot/market"
)

// questions makes n frequent questions.
func frequent(n int) []market.FAQEntry {
	list := make([]market.FAQEntry, n)
	for i := range list {
		list[i] = market.FAQEntry{Title: fmt.Sprintf("Вопрос %02d", i+1), Text: fmt.Sprintf("Ответ %02d.", i+1)}
	}
	return list
}

// The questions are listed by pages of our own, whatever pages the market has.
func TestFAQ(t *testing.T) {
	t.Parallel()
	m := boutique()
	c := meet(t, m)
	c.talk("> /faq\n< Вопросы и ответы · O!Market\n< Здесь пока пусто\n> [Назад]\n< Ваши объявления")
	m.shop.faq = append(frequent(10), market.FAQEntry{Text: evil})
	c.talk(`
		> /help
		< /faq
		> [Вопросы и ответы · O!Market]
		< [Вопрос 01]
		< [1/2]
		- [Вопрос 09]
		> [›]
		< [<b>5 & "6"</b> </i>]
		> [Вопрос 10]
		< Ответ 10.
		> слова
		< выберите действие кнопкой
		< Ответ 10.
		> [Назад]
		< [2/2]
		> [<b>5 & "6"</b> </i>]
		< <b>5 & "6"</b> </i>
		> /faq
		< [2/2]
		> [Вопрос 09]
	`)
	m.shop.faq = frequent(3)
	c.talk("> /lang\n> [Назад]\n< Этого вопроса больше нет\n< [Вопрос 01]\n> [Назад]\n< Что умеет бот")
}

// A market that is away says so, also when it went away between two pages.
func TestFAQInTrouble(t *testing.T) {
	t.Parallel()
	m := boutique()
	m.shop.faq = frequent(10)
	c := meet(t, m)
	m.fail(market.Unavailable, "faq")
	c.talk("> /faq\n< сейчас не отвечает\n< [Повторить]\n< [Главное меню]")
	m.once = true // but for its first page
	c.talk("> [Повторить]\n< показывает сейчас не все вопросы\n< [Вопрос 03]\n- [Вопрос 04]\n> [Вопрос 02]\n< Ответ 02.")
	m.once = false
	c.talk("> [Назад]\n< сейчас не отвечает")
	m.fail("")
	c.talk("> [Повторить]\n< [Вопрос 08]")
	m.fail(market.Unavailable, "faq")
	c.talk("> [Вопрос 02]\n< сейчас не отвечает")
}

// Answers of a market that is away are called as old as they are.
func TestFAQStale(t *testing.T) {
	t.Parallel()
	m := boutique()
	m.shop.faq = frequent(10)
	c := meet(t, m)
	m.shop.faqAsOf = c.now.Add(-26 * time.Hour)
	c.talk(`
		> /faq
		< O!Market не отвечает. Ответы — на 20.11.2026 10:00
		> [Вопрос 02]
		< Ответ 02.
		< Ответы — на 20.11.2026 10:00
	`)
	m.shop.faqAsOf = c.now.Add(-2 * time.Hour)
	c.talk("> [Назад]\n< Ответы — на 16:0")
	m.shop.faqAsOf = time.Time{}
	c.talk("> [Вопрос 03]\n- не отвечает\n> [Назад]\n- не отвечает")
}

// A long answer comes in several messages, cut where it can be cut, and nothing
// of it is lost.
func TestLongAnswers(t *testing.T) {
	t.Parallel()
	sentence := "Правило площадки, которое касается каждого продавца & покупателя. "
	for name, text := range map[string]string{
		"paragraphs": strings.Repeat(strings.Repeat(sentence, 8)+"\n\n", 20),
		"lines":      strings.Repeat("1. "+sentence+"\n", 200),
		"sentences":  strings.Repeat(sentence, 200),
		"words":      strings.Repeat("слово ", 3000),
		"one word":   strings.Repeat("а", 10000),
		"escaped":    strings.Repeat(`<"&'>`, 3000),
		"surrogates": strings.Repeat("🚗", 6000),
		"spaces":     strings.Repeat(" ", 9000) + "конец",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := boutique()
			m.shop.faq = []market.FAQEntry{{Title: evil + strings.Repeat(`"`, 90), Text: text}}
			c := meet(t, m)
			c.talk("> /faq")
			c.pressData("question", c.view.Rows[0][0].Data)
			views := slices.Concat(c.notices, []dialogs.View{c.view})
			var whole string
			for i, v := range views {
				raw := c.speaker().body(v)
				if n := units(raw); n > maxText {
					t.Errorf("message %d has %d units of markup", i+1, n)
				}
				heading, part, ok := strings.Cut(raw, "\n\n")
				if counted := fmt.Sprintf("%d/%d", i+1, len(views)); !ok || len(views) > 1 && !strings.Contains(heading, counted) {
					t.Errorf("message %d begins %q", i+1, heading)
				}
				part = html.UnescapeString(part)
				if end := part[len(part)-1:]; i+1 < len(views) && (name == "lines" || name == "sentences" || name == "paragraphs") && end != "." {
					t.Errorf("message %d ends with %q", i+1, part[len(part)-20:])
				}
				whole += part
			}
			bare := func(s string) string { return strings.Join(strings.Fields(s), "") }
			if bare(whole) != bare(text) {
				t.Errorf("%d units came of %d", units(bare(whole)), units(bare(text)))
			}
			if want := len(bare(text)) > 100; want != (len(views) > 1) {
				t.Errorf("%d messages", len(views))
			}
		})
	}
}
