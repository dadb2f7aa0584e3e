package dialogs_test

import (
	"context"
	"slices"
	"testing"

	"bazarbot/market"
)

// Ways lead from a question about the category to where nothing is below.
func (m *table) Ways(_ context.Context, _ market.Secret, _ market.Lang, _ market.Answers, field string) ([]market.Way, error) {
	if err := m.trouble["ways"]; err != nil {
		return nil, err
	}
	var ways []market.Way
	for _, row := range m.rows {
		if row.Key != field {
			continue
		}
		for _, o := range row.Options {
			ways = m.waysBelow(ways, market.Way{{Field: field, Option: o}})
		}
	}
	return ways, nil
}

// waysBelow adds the ways that go on where one ends, or that one itself.
func (m *table) waysBelow(ways []market.Way, to market.Way) []market.Way {
	end, leaf := to[len(to)-1], len(to) > 1
	for _, below := range m.rows {
		if below.Role != market.RoleCategory || below.DependsOn != end.Field {
			continue
		}
		for _, o := range below.sub[end.Option.ID] {
			leaf = false
			ways = m.waysBelow(ways, append(slices.Clone(to), market.Step{Field: below.Key, Option: o}))
		}
	}
	if leaf {
		ways = append(ways, to)
	}
	return ways
}

// What is typed at the first step of the category finds what is below it.
func TestCategoryByName(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]string{
		"its whole name": "> телефоны\n< Телефоны › Тип предложения",
		"a part of it":   "> ноут\n< Ноутбуки › Тип предложения",
		"a step above":   "> транспорт\n< Легковые › Заголовок",
		"a slip":         "> телифоны\n< подходит под «телифоны»\n< [Техника › Телефоны]\n> [Техника › Телефоны]\n< Телефоны › Тип предложения",
		"several": `
			> о
			< [Техника › Телефоны]
			< [Техника › Ноутбуки]
			< [Транспорт]
			> [Показать все]
			- [Техника › Ноутбуки]
			> о
			> [Техника › Ноутбуки]
			< Ноутбуки › Тип предложения
			> [Назад]
			< Подкатегория
			< [Телефоны]
			> [Назад]
			< [Транспорт]`,
		"none": "> самолёты\n< Варианта «самолёты» в списке нет\n< [Транспорт]",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := seat(t, bazaar())
			c.talk("> /new\n< Категория\n" + script)
		})
	}
}

// The path that was typed replaces the one before, whichever steps they share,
// and nothing of it comes back later.
func TestCategoryByNameAgain(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	c.talk(small + `
		> [Изменить]
		> [Категория: Техника]
		> ноутбуки
		< Подкатегория: Ноутбуки
		> [Изменить]
		> [Категория: Техника]
		> легковые
		< Категория: Транспорт
		< Подкатегория: Легковые
		> [Изменить]
		> [Категория: Транспорт]
		> [Техника]
		< Подкатегория
		< [Телефоны]
	`)
}

// A market that cannot tell now what is below its categories is searched as far
// as its options go.
func TestCategoryByNameInTrouble(t *testing.T) {
	t.Parallel()
	m := bazaar()
	m.fail(market.Unavailable, "ways")
	c := seat(t, m)
	c.talk("> /new\n> телефоны\n< Варианта «телефоны» в списке нет\n> техника\n< Подкатегория\n> телефоны\n< Тип предложения")
}

// A category that is above another one, and only sounds like what was typed, is
// a guess too: nobody goes down there without a press.
func TestCategoryByNameOfTheOtherScript(t *testing.T) {
	t.Parallel()
	m := bazaar()
	m.rows = append([]question{
		required("category", market.KindChoice, "").role(market.RoleCategory).of("Техника", "Транспорт"),
		required("subcategory", market.KindChoice, "").role(market.RoleCategory).under("category", map[string][]market.Option{
			"техника": options("Audio", "Телефоны"), "транспорт": options("Легковые"),
		}),
		required("sort", market.KindChoice, "").role(market.RoleCategory).under("subcategory", map[string][]market.Option{
			"audio": options("Наушники"),
		}),
	}, m.rows[3:]...)
	seat(t, m).talk("> /new\n> аудио\n< подходит под «аудио»\n< [Техника › Audio › Наушники]\n> [Техника › Audio › Наушники]\n< Заголовок")
	seat(t, m).talk("> /new\n> audio\n< Наушники › Заголовок")
}
