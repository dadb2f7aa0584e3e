package md999

// work has no title feature in any of its forms: the market names such an
// advert after the chosen position.
func work() Category {
	return Category{
		ID: "800", Title: Text{"Работа", "Locuri de muncă"}, URL: "work",
		Subcategories: []Subcategory{
			{
				ID: "801", Title: Text{"Торговля и обслуживание", "Comerț și deservire"}, URL: "work/trade",
				OfferTypes: workOffers("3001 Продавец | Vînzător", "3002 Кассир | Casier", "3003 Официант | Chelner", "3004 Повар | Bucătar"),
			},
			{
				ID: "802", Title: Text{"Строительство", "Construcții"}, URL: "work/construction",
				OfferTypes: workOffers("3011 Каменщик | Zidar", "3012 Электрик | Electrician", "3013 Маляр | Zugrav", "3014 Прораб | Maistru"),
			},
			{
				ID: "803", Title: Text{"Транспорт и логистика", "Transport și logistică"}, URL: "work/logistics",
				OfferTypes: workOffers("3021 Водитель | Șofer", "3022 Курьер | Curier", "3023 Кладовщик | Depozitar"),
			},
		},
	}
}

func workOffers(positions ...string) []OfferType {
	return []OfferType{
		{ID: "1111", Title: Text{"Предлагаю работу", "Ofer loc de muncă"}, Groups: workForm(positions)},
		{ID: "1112", Title: Text{"Ищу работу", "Caut loc de muncă"}, Groups: workForm(positions)},
	}
}

func workForm(positions []string) []Group {
	return []Group{
		{Title: general, Features: []Feature{
			dropDown("2801", "должность | funcția", true, positions...),
			dropDown("2802", "график работы | programul de lucru", true,
				"3101 Полный день | Zi întreagă", "3102 Сменный | În ture", "3103 Свободный | Liber"),
			optional("2803", TypeMeasurement, "зарплата | salariul", "mdl", "eur"),
			bodyFeature(true),
		}},
		checkBoxes(Text{"условия", "condiții"},
			"2811 официальное оформление | angajare oficială", "2812 без опыта | fără experiență", "2813 жильё | cazare"),
		placeGroup(),
		contactsGroup(),
	}
}

// lostAndFound is a category with a single subcategory.
func lostAndFound() Category {
	return Category{
		ID: "900", Title: Text{"Бюро находок", "Obiecte pierdute și găsite"}, URL: "lost-and-found",
		Subcategories: []Subcategory{{
			ID: "901", Title: Text{"Документы и вещи", "Acte și lucruri"}, URL: "lost-and-found/things",
			OfferTypes: []OfferType{
				{ID: "1121", Title: Text{"Нашёл", "Am găsit"}, Groups: lostForm()},
				{ID: "1122", Title: Text{"Потерял", "Am pierdut"}, Groups: lostForm()},
			},
		}},
	}
}

func lostForm() []Group {
	place := placeGroup()
	place.Features[2].Required = false
	return []Group{
		{Title: general, Features: []Feature{titleFeature(), bodyFeature(true)}},
		place,
		{Title: pictures, Features: []Feature{imagesFeature()}},
		contactsGroup(),
	}
}
