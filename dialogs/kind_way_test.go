package dialogs_test

import (
	"context"
	"testing"

	"bazarbot/market"
)

// Ways are those of two steps.
func (m *table) Ways(_ context.Context, _ market.Secret, _ market.Lang, _ market.Answers, field string) (ways []market.Way, err error) {
	if err := m.trouble["ways"]; err != nil {
		return nil, err
	}
	for _, below := range m.rows {
		if below.Role != market.RoleCategory || below.DependsOn != field {
			continue
		}
		for _, above := range m.rows {
			if above.Key != field {
				continue
			}
			for _, o := range above.Options {
				for _, p := range below.sub[o.ID] {
					ways = append(ways, market.Way{{Field: field, Option: o}, {Field: below.Key, Option: p}})
				}
			}
		}
	}
	return ways, nil
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
