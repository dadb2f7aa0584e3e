package md999

// transport holds the document's own category, with cars that use all nine
// types of features and the rental subcategory of the posting example.
func transport() Category {
	return Category{
		ID: "658", Title: Text{"Транспорт", "Transport"}, URL: "transport",
		Subcategories: []Subcategory{
			{
				ID: "659", Title: Text{"Легковые автомобили", "Automobile"}, URL: "transport/cars",
				OfferTypes: goods(carForm).offerTypes(),
			},
			{
				ID: "660", Title: Text{"Автобусы и микроавтобусы", "Autobuze și microbuze"}, URL: "transport/buses-and-minibuses",
				OfferTypes: goods(busForm).offerTypes(),
			},
			{
				ID: "1401", Title: Text{"Аренда автомобилей", "Închirieri auto"}, URL: "transport/car-rental",
				OfferTypes: []OfferType{{ID: "18979", Title: Text{"Сдаю в аренду", "Dau în chirie"}, Groups: carRentalForm()}},
			},
		},
	}
}

// carForm asks everything of who sells or exchanges a car, and little of who
// looks for one. It has no title feature: make and model name the advert.
func carForm(offer string) []Group {
	selling := offer != "777"
	return []Group{
		{Title: general, Features: []Feature{
			priceFeature(true),
			{ID: "20", Title: Text{"марка", "marca"}, Type: TypeDropDown, Required: true, Options: parseOptions(carsList)},
			{ID: "21", Title: Text{"модель", "modelul"}, Type: TypeDropDown, Required: true, DependsOn: "20"},
			{ID: "2095", Title: Text{"поколение", "generația"}, Type: TypeDropDown, Required: selling, DependsOn: "21"},
			{ID: "19", Title: Text{"год выпуска", "anul fabricației"}, Type: TypeNumeric, Required: selling},
			{ID: "104", Title: Text{"пробег", "rulajul"}, Type: TypeMeasurement, Required: selling, Units: []string{"km", "mi"}},
			authorFeature(true),
		}},
		carProperties(selling),
		checkBoxes(Text{"комфорт и безопасность", "confort și siguranță"},
			"908 кондиционер | aer condiționat", "909 климат-контроль | climatizare automată",
			"910 подогрев сидений | scaune încălzite", "911 круиз-контроль | pilot automat",
			"912 камера заднего вида | cameră de marșarier", "913 люк | trapă",
			"939 ABS | ABS", "940 подушки безопасности | airbag-uri"),
		{Title: description, Features: []Feature{bodyFeature(selling)}},
		placeGroup(),
		{Title: pictures, Features: []Feature{imagesFeature(), videosFeature()}},
		contactsGroup(),
	}
}

func carProperties(selling bool) Group {
	return Group{Title: properties, Features: []Feature{
		dropDown("151", "тип топлива | tipul de combustibil", selling,
			"501 Бензин | Benzină", "502 Дизель | Motorină", "503 Газ / бензин | Gaz / benzină",
			"504 Гибрид | Hibrid", "505 Электро | Electric"),
		dropDown("101", "коробка передач | cutia de viteze", selling,
			"511 Механика | Manuală", "512 Автомат | Automată", "513 Робот | Robotizată", "514 Вариатор | Variator"),
		dropDown("102", "тип кузова | tipul caroseriei", false,
			"521 Седан | Sedan", "522 Универсал | Universal", "523 Хэтчбек | Hatchback",
			"524 Кроссовер | Crossover", "525 Минивэн | Minivan", "526 Купе | Coupe"),
		{ID: "2553", Title: Text{"двигатель", "motorul"}, Type: TypeText},
		{ID: "64", Title: Text{"количество мест", "numărul de locuri"}, Type: TypeNumeric},
		{ID: "111", Title: Text{"VIN-код", "codul VIN"}, Type: TypeText},
		{ID: "123", Title: Text{"обмен на", "schimb pe"}, Type: TypeText},
	}}
}

func busForm(offer string) []Group {
	return []Group{
		{Title: general, Features: []Feature{
			titleFeature(), bodyFeature(true), priceFeature(offer != "778"),
			{ID: "19", Title: Text{"год выпуска", "anul fabricației"}, Type: TypeNumeric},
			{ID: "64", Title: Text{"количество мест", "numărul de locuri"}, Type: TypeNumeric, Required: offer != "777"},
		}},
		placeGroup(),
		{Title: pictures, Features: []Feature{imagesFeature(), videosFeature()}},
		contactsGroup(),
	}
}

// carRentalForm takes the document's posting example as it stands: a country
// and a region, nothing finer.
func carRentalForm() []Group {
	place := placeGroup()
	place.Features = append([]Feature{
		dropDown("5", "страна | țara", true, "12869 Молдова | Moldova", "12870 Румыния | România", "12871 Украина | Ucraina"),
	}, place.Features...)
	for i := range place.Features {
		place.Features[i].Required = place.Features[i].DependsOn == ""
	}
	return []Group{
		{Title: general, Features: []Feature{titleFeature(), bodyFeature(true), priceFeature(true)}},
		place,
		checkBoxes(Text{"условия", "condiții"}, "908 кондиционер | aer condiționat", "939 ABS | ABS",
			"950 с водителем | cu șofer", "951 без залога | fără gaj"),
		{Title: pictures, Features: []Feature{imagesFeature()}},
		contactsGroup(),
	}
}
