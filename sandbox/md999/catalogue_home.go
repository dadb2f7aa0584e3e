package md999

// realEstate holds flats, houses and land.
func realEstate() Category {
	return Category{
		ID: "270", Title: Text{"Недвижимость", "Imobiliare"}, URL: "real-estate",
		Subcategories: []Subcategory{
			{
				ID: "1404", Title: Text{"Квартиры", "Apartamente"}, URL: "real-estate/apartments-and-rooms",
				OfferTypes: homeOffers(flatForm),
			},
			{
				ID: "1406", Title: Text{"Дома и дачи", "Case și vile"}, URL: "real-estate/houses",
				OfferTypes: homeOffers(houseForm),
			},
			{
				ID: "1407", Title: Text{"Земельные участки", "Terenuri"}, URL: "real-estate/land",
				OfferTypes: []OfferType{
					{ID: "776", Title: Text{"Продам", "Vând"}, Groups: landForm()},
					{ID: "777", Title: Text{"Куплю", "Cumpăr"}, Groups: landForm()},
				},
			},
		},
	}
}

func homeOffers(form func() []Group) []OfferType {
	return []OfferType{
		{ID: "776", Title: Text{"Продам", "Vând"}, Groups: form()},
		{ID: "912", Title: Text{"Сдаю помесячно", "Dau în chirie pe lună"}, Groups: form()},
		{ID: "903", Title: Text{"Сдаю посуточно", "Dau în chirie pe zi"}, Groups: form()},
		{ID: "777", Title: Text{"Куплю", "Cumpăr"}, Groups: form()},
	}
}

func area(id, title string, required bool, units ...string) Feature {
	return Feature{ID: id, Title: parseText(title), Type: TypeMeasurement, Required: required, Units: units}
}

func flatForm() []Group {
	return []Group{
		{Title: general, Features: []Feature{
			titleFeature(), bodyFeature(true), priceFeature(true),
			dropDown("241", "количество комнат | numărul de camere", true,
				"893 Комната | Cameră", "894 1-комнатная | 1 cameră", "895 2-комнатная | 2 camere",
				"896 3-комнатная | 3 camere", "897 4-комнатная | 4 camere", "898 5 и более | 5 și mai multe"),
			area("244", "общая площадь | suprafața totală", true, "m2"),
		}},
		{Title: properties, Features: []Feature{
			authorFeature(true),
			dropDown("852", "жилой фонд | fondul locativ", false, "19108 Новострой | Bloc nou", "19109 Вторичный рынок | Secundar"),
			dropDown("253", "состояние | starea", false,
				"916 Евроремонт | Euroreparație", "917 Косметический ремонт | Reparație cosmetică",
				"918 Белый вариант | Variantă albă", "919 Требует ремонта | Necesită reparație"),
			optional("248", TypeNumeric, "этаж | etajul"),
			optional("249", TypeNumeric, "этажей в доме | numărul de etaje"),
			area("245", "площадь кухни | suprafața bucătăriei", false, "m2"),
		}},
		checkBoxes(Text{"удобства", "facilități"},
			"1201 меблирована | mobilat", "1202 автономное отопление | încălzire autonomă",
			"1203 лифт | ascensor", "1204 балкон | balcon", "1205 парковка | parcare"),
		placeGroup(),
		{Title: pictures, Features: []Feature{imagesFeature(), videosFeature()}},
		contactsGroup(),
	}
}

func houseForm() []Group {
	return []Group{
		{Title: general, Features: []Feature{
			titleFeature(), bodyFeature(true), priceFeature(true),
			area("244", "общая площадь | suprafața totală", true, "m2"),
			area("250", "площадь участка | suprafața terenului", false, "ar", "ha"),
			authorFeature(true),
		}},
		checkBoxes(Text{"удобства", "facilități"},
			"1211 газ | gaze", "1212 вода | apă", "1213 канализация | canalizare", "1214 гараж | garaj"),
		placeGroup(),
		{Title: pictures, Features: []Feature{imagesFeature(), videosFeature()}},
		contactsGroup(),
	}
}

func landForm() []Group {
	return []Group{
		{Title: general, Features: []Feature{
			titleFeature(), bodyFeature(true), priceFeature(true),
			area("250", "площадь участка | suprafața terenului", true, "ar", "ha"),
			dropDown("251", "назначение | destinația", true,
				"925 Под строительство | Pentru construcție", "926 Сельскохозяйственное | Agricol", "927 Под сад | Livadă"),
		}},
		placeGroup(),
		{Title: pictures, Features: []Feature{imagesFeature()}},
		contactsGroup(),
	}
}
