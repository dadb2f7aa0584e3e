package md999

// electronics holds mobile phones, the small advert: title, text, price, the
// place in three steps and contacts are all it requires.
func electronics() Category {
	return Category{
		ID: "600", Title: Text{"Электроника и техника", "Electronică și tehnică"}, URL: "electronics",
		Subcategories: []Subcategory{
			{
				ID: "601", Title: Text{"Мобильные телефоны", "Telefoane mobile"}, URL: "electronics/mobile-phones",
				OfferTypes: goods(phoneForm).offerTypes(),
			},
			{
				ID: "602", Title: Text{"Ноутбуки", "Laptopuri"}, URL: "electronics/laptops",
				OfferTypes: goods(laptopForm).offerTypes(),
			},
			{
				ID: "603", Title: Text{"Ремонт электроники", "Reparația electronicii"}, URL: "electronics/repair",
				OfferTypes: []OfferType{{ID: "1101", Title: Text{"Предлагаю услугу", "Ofer serviciu"}, Groups: smallForm()}},
			},
		},
	}
}

// smallForm is the least a form of goods asks for.
func smallForm() []Group {
	return []Group{
		{Title: general, Features: []Feature{titleFeature(), bodyFeature(true), priceFeature(true)}},
		placeGroup(),
		{Title: pictures, Features: []Feature{imagesFeature()}},
		contactsGroup(),
	}
}

const phoneBrands = `2001 Apple
	2101 iPhone 13
	2102 iPhone 14
	2103 iPhone 15
	2104 iPhone 16
2002 Samsung
	2111 Galaxy A54
	2112 Galaxy S23
	2113 Galaxy S24
2003 Xiaomi
	2121 Redmi Note 12
	2122 Redmi Note 13
	2123 Xiaomi 13
2004 Google
	2131 Pixel 8
2005 Другой | Altul`

func phoneForm(string) []Group {
	form := smallForm()
	details := []Group{
		{Title: properties, Features: []Feature{
			{ID: "2720", Title: Text{"бренд", "brandul"}, Type: TypeDropDown, Options: parseOptions(phoneBrands)},
			{ID: "2721", Title: Text{"модель", "modelul"}, Type: TypeDropDown, DependsOn: "2720"},
			conditionFeature(false),
			dropDown("2723", "память | memoria", false, "2201 64 ГБ | 64 GB", "2202 128 ГБ | 128 GB", "2203 256 ГБ | 256 GB", "2204 512 ГБ | 512 GB"),
			optional("2724", TypeMeasurement, "ёмкость батареи | capacitatea bateriei", "mah"),
			optional("2725", TypeText, "цвет | culoarea"),
		}},
		checkBoxes(Text{"дополнительно", "suplimentar"},
			"2730 две SIM-карты | două cartele SIM", "2731 на гарантии | în garanție",
			"2732 коробка и документы | cutie și acte", "2733 зарядное устройство | încărcător"),
	}
	return append(form[:1:1], append(details, form[1:]...)...)
}

func conditionFeature(required bool) Feature {
	return dropDown("593", "состояние | starea", required,
		"18668 Новый | Nou", "18669 Б/у | Folosit", "18670 На запчасти | Pentru piese")
}

func laptopForm(string) []Group {
	form := smallForm()
	details := Group{Title: properties, Features: []Feature{
		conditionFeature(true),
		optional("2740", TypeMeasurement, "диагональ экрана | diagonala ecranului", "in", "cm"),
		optional("2741", TypeMeasurement, "оперативная память | memoria operativă", "gb"),
		optional("2742", TypeText, "процессор | procesorul"),
	}}
	return append(form[:1:1], append([]Group{details}, form[1:]...)...)
}

// clothing asks for one of 400 brands.
func clothing() Category {
	return Category{
		ID: "750", Title: Text{"Одежда и обувь", "Haine și încălțăminte"}, URL: "clothes-and-shoes",
		Subcategories: []Subcategory{
			{
				ID: "751", Title: Text{"Женская одежда", "Haine pentru femei"}, URL: "clothes-and-shoes/womens-clothes",
				OfferTypes: goods(clothesForm).offerTypes(),
			},
			{
				ID: "752", Title: Text{"Обувь", "Încălțăminte"}, URL: "clothes-and-shoes/shoes",
				OfferTypes: goods(shoesForm).offerTypes(),
			},
		},
	}
}

func brandFeature() Feature {
	return Feature{ID: "2760", Title: Text{"бренд", "brandul"}, Type: TypeDropDown, Required: true, Options: parseOptions(brandsList)}
}

func clothesForm(string) []Group {
	form := smallForm()
	form[0].Features = append(form[0].Features, brandFeature(),
		dropDown("2761", "размер | mărimea", true, "2301 XS", "2302 S", "2303 M", "2304 L", "2305 XL", "2306 XXL"),
		conditionFeature(false))
	return form
}

func shoesForm(string) []Group {
	form := smallForm()
	form[0].Features = append(form[0].Features, brandFeature(),
		Feature{ID: "2762", Title: Text{"размер", "mărimea"}, Type: TypeNumeric, Required: true},
		conditionFeature(false))
	return form
}
