package omarket

import (
	_ "embed" // lists
	"strconv"
	"strings"
)

//go:embed data/locations.txt
var locationList string

//go:embed data/filters.txt
var filterList string

// DefaultCatalogue is a market of ten headings. What the description shows of
// ids and names is the market's own, the rest is made up in its manner.
func DefaultCatalogue() *Catalogue {
	return &Catalogue{
		Categories: []Category{
			transport(), property(), electronics(), services(), jobs(), animals(), furniture(), music(), sports(), trial(),
		},
		Filters:   parseFilters(filterList),
		Locations: parseLocations(locationList),
		AdTypes: []AdType{
			{1, "sell", "Продаю"},
			{2, "buy", "Куплю"},
			{3, "rent", "Сдаю"},
			{4, "service", "Предлагаю услугу"},
			{5, "looking", "Ищу"},
			{6, "hiring", "Предлагаю работу"},
			{7, "recruiting", "Ищу работу"},
		},
	}
}

func transport() Category {
	return Category{
		ID: 1, Name: "Транспорт", Order: 0, Popular: true, Delivery: true, RequiredPrice: true,
		AdTypes: []string{"sell", "buy", "rent"},
		Sub: []Category{
			{
				ID: 2, Name: "Автомобили", Order: 3, Popular: true, Delivery: true, RequiredPrice: true,
				DynamicFilter: 11, Filters: []int{11, 6, 15, 222, 7, 41},
			},
			{ID: 3, Name: "Мотоциклы", Order: 4, Delivery: true, RequiredPrice: true, Filters: []int{7, 501}, AdTypes: []string{"sell"}},
			{ID: 4, Name: "Запчасти и аксессуары", Order: 5, Delivery: true, RequiredPrice: true, Filters: []int{11, 301}},
		},
	}
}

func property() Category {
	return Category{
		ID: 20, Name: "Недвижимость", Order: 1, Popular: true, RequiredPrice: true, Map: true,
		Filters: []int{401}, AdTypes: []string{"sell", "buy", "rent", "looking"},
		Sub: []Category{
			{ID: 21, Name: "Квартиры", Order: 1, Popular: true, RequiredPrice: true, Map: true, ParentFilters: true, Filters: []int{402, 403, 404, 405}},
			{ID: 22, Name: "Дома и участки", Order: 2, RequiredPrice: true, Map: true, ParentFilters: true, Filters: []int{403}},
			{ID: 23, Name: "Коммерческая недвижимость", Order: 3, Map: true, Filters: []int{403}},
		},
	}
}

func electronics() Category {
	return Category{
		ID: 30, Name: "Электроника", Order: 2, Popular: true, Delivery: true, RequiredPrice: true, AdTypes: []string{"sell", "buy"},
		Sub: []Category{
			{ID: 31, Name: "Телефоны", Order: 1, Popular: true, Delivery: true, RequiredPrice: true, Filters: []int{311, 301, 313, 314}, AdTypes: []string{"sell"}},
			{
				ID: 32, Name: "Компьютеры", Order: 2, Delivery: true, RequiredPrice: true,
				Sub: []Category{
					{ID: 33, Name: "Ноутбуки", Order: 1, Delivery: true, RequiredPrice: true, Filters: []int{301, 321, 322}},
					{ID: 34, Name: "Комплектующие", Order: 2, Delivery: true, RequiredPrice: true},
				},
			},
		},
	}
}

func services() Category {
	return Category{
		ID: 40, Name: "Услуги", Order: 4, AdTypes: []string{"service", "looking"},
		Sub: []Category{
			{ID: 41, Name: "Ремонт и строительство", Order: 1, Filters: []int{411}},
			{ID: 42, Name: "Грузоперевозки", Order: 2},
		},
	}
}

func jobs() Category {
	return Category{
		ID: 50, Name: "Работа", Order: 5, AdTypes: []string{"hiring", "recruiting"},
		Sub: []Category{
			{ID: 51, Name: "Продажи", Order: 1, Filters: []int{511, 512}},
			{ID: 52, Name: "Водители и курьеры", Order: 2, Filters: []int{511, 512}},
		},
	}
}

func animals() Category {
	return Category{
		ID: 60, Name: "Животные", Order: 6, Delivery: true, RequiredPrice: true, AdTypes: []string{"sell", "buy"},
		Sub: []Category{
			{ID: 61, Name: "Собаки", Order: 1, RequiredPrice: true, Filters: []int{611}},
			{ID: 62, Name: "Скот", Order: 2, RequiredPrice: true},
		},
	}
}

func furniture() Category {
	return Category{
		ID: 70, Name: "Мебель", Order: 7, Delivery: true, RequiredPrice: true, Filters: []int{301, 711}, AdTypes: []string{"sell"},
	}
}

// music and sports stand in the description; the ad type of music is not told.
func music() Category {
	return Category{ID: 531, Name: "Музыка", Order: 8, Delivery: true, RequiredPrice: true, Filters: []int{664, 624, 704, 383}, AdTypes: []string{"sell", "buy"}}
}

func sports() Category {
	return Category{ID: 553, Name: "Виды спорта", Order: 9, Delivery: true, RequiredPrice: true, Linked: []int{750}, Filters: []int{6}}
}

// trial stands in the description too: a heading without filters and ad types.
func trial() Category {
	return Category{ID: 368, Name: "Тест категория", Order: 99999, Delivery: true, RequiredPrice: true}
}

// parseLocations reads places: id | name | type | parent | search.
func parseLocations(list string) []Location {
	var all []Location
	for i, line := range lines(list) {
		c := columns(line)
		all = append(all, Location{ID: number(c[0]), Name: c[1], Type: c[2], Parent: number(c[3]), Search: c[4], Order: i})
	}
	return all
}

// parseFilters reads filters: id | label | label for buyers | type | marks,
// each followed by its options: "- id title", or "- 1..30 2024" for ids that
// count up while the titles count down.
func parseFilters(list string) []Filter {
	var all []Filter
	for _, line := range lines(list) {
		option, is := strings.CutPrefix(line, "- ")
		if !is {
			c := columns(line)
			all = append(all, Filter{
				ID: number(c[0]), Label: c[1], ListLabel: c[2], Type: c[3],
				Required: strings.Contains(c[4], "required"), Popular: strings.Contains(c[4], "popular"),
			})
			continue
		}
		last := &all[len(all)-1]
		id, title, _ := strings.Cut(option, " ")
		from, to, many := strings.Cut(id, "..")
		if !many {
			last.Options = append(last.Options, Option{ID: id, Title: title})
			continue
		}
		for i := number(from); i <= number(to); i++ {
			last.Options = append(last.Options, Option{ID: strconv.Itoa(i), Title: strconv.Itoa(number(title) - i)})
		}
	}
	return all
}
