package dialogs_test

import (
	"context"
	"testing"

	"bazarbot/market"
)

func (m *table) Gather(context.Context, market.Secret, market.Answers) error {
	m.gathered++
	if err := m.trouble["gather"]; err != nil {
		return err
	}
	for i := range m.rows {
		row := &m.rows[i]
		row.Options = append(row.Options, options(m.further[row.Key]...)...)
	}
	m.further = nil
	return nil
}

// gathering is a free market that asks for a brand, of which it knows some.
func gathering() *table {
	m := asking(required("brand", market.KindChoice, "марка").of("Audi", "BMW").with(func(f *market.Field) { f.Open = true }))
	m.caps.PostPrice = market.Money{}
	return m
}

// Who does not find their option sees what else can be found, once.
func TestWithoutFindsMore(t *testing.T) {
	t.Parallel()
	m := gathering()
	m.further = map[string][]string{"brand": {"Lada", "Zaz"}}
	c := seat(t, m)
	c.talk(`
		> /new
		> [Техника]
		< Марка
		> [Моего варианта нет]
		< Нашлись ещё варианты: Lada, Zaz.
		< [Lada]
		> [Моего варианта нет]
		< Объявление отправится без ответа на вопрос «Марка»
		< Проверьте объявление
		< Марка: нет в списке
	`)
	if m.gathered != 1 {
		t.Errorf("it was looked %d times", m.gathered)
	}
	c.talk("> [Изменить]\n> [Марка]\n- [Моего варианта нет]\n> [Lada]\n< Марка: Lada\n- нет в списке")
}

// An ad goes without the answer, unless its market refuses it for that: then
// what can be done is told, and the way without it is offered no more.
func TestWithoutRefused(t *testing.T) {
	t.Parallel()
	for name, looking := range map[string]bool{"looked at": true, "elsewhere": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := gathering()
			c := seat(t, m)
			c.talk("> /new\n> [Техника]\n> [Моего варианта нет]\n< Марка: нет в списке\n> [Опубликовать]\n< Готовим объявление.")
			if v := c.jobs[0].Answers["brand"]; !v.Without || len(v.Options) > 0 {
				t.Fatalf("the answer is %+v", v)
			}
			if !looking {
				c.talk("> [Главное меню]")
			}
			c.report(market.Report{Stage: market.StageFailed, Kind: market.Invalid, Fields: map[string]string{"brand": "Обязательное поле"}})
			if !looking {
				c.talk("! Обязательное поле\n> /drafts\n> [Техника]\n> [Продолжить]")
			}
			c.talk(`
				< Без этого ответа площадка объявление не принимает
				< [Открыть сайт]
				< [BMW]
				- [Моего варианта нет]
				> /help
				> [Назад]
				- [Моего варианта нет]
				> [BMW]
				< Готовим объявление.
			`)
			if v := c.jobs[1].Answers["brand"]; v.Option() != "bmw" || len(c.jobs) != 2 {
				t.Errorf("the answer is %+v", v)
			}
		})
	}
}

// In another category the list is another one.
func TestWithoutElsewhere(t *testing.T) {
	t.Parallel()
	m := gathering()
	c := seat(t, m)
	c.talk("> /new\n> [Техника]\n> [Моего варианта нет]\n> [Опубликовать]")
	c.report(market.Report{Stage: market.StageFailed, Kind: market.Invalid, Fields: map[string]string{"brand": ""}})
	c.talk("- [Моего варианта нет]\n> [Назад]\n> [Транспорт]\n< [Моего варианта нет]\n> [Моего варианта нет]\n< Марка: нет в списке")
	if m.gathered != 2 {
		t.Errorf("it was looked %d times", m.gathered)
	}
}

// An optional answer is left out, a market in trouble is no obstacle, and a list
// that is whole has no such way.
func TestWithoutOtherLists(t *testing.T) {
	t.Parallel()
	open := func(f *market.Field) { f.Open = true }
	m := gathering()
	m.rows = append(m.rows,
		optional("ещё", "kit", market.KindChoices, "комплект").of("Коробка", "Чехол").with(open),
		optional("ещё", "colour", market.KindChoice, "цвет").of("Белый", "Чёрный"))
	m.fail(market.Unavailable, "gather")
	c := seat(t, m)
	c.talk(`
		> /new
		> [Техника]
		> [Моего варианта нет]
		< Марка: нет в списке
		> [Добавить подробности]
		> [Ещё]
		> [Комплект]
		> [Моего варианта нет]
		< Этот ответ не обязателен
		> [Цвет]
		- [Моего варианта нет]
		> [Белый]
		> [К объявлению]
		- Комплект
		< Цвет: Белый
	`)
}

// The ad that exists is not made poorer: its answer stays.
func TestWithoutWhenEditing(t *testing.T) {
	t.Parallel()
	m := shop()
	for i := range m.rows {
		m.rows[i].Open = m.rows[i].Key == "brand"
	}
	c := card(t, m)
	c.talk("> [Изменить]\n> [›]\n> [Бренд]\n> [Моего варианта нет]\n< Оставьте прежний ответ\n< [Samsung]\n> [Назад]\n> [›]\n< [Бренд: Apple]")
}
