package md999

import (
	_ "embed" // the long option lists
	"strings"
)

//go:embed data/places.txt
var placesList string

//go:embed data/cars.txt
var carsList string

//go:embed data/brands.txt
var brandsList string

// DefaultCatalogue builds the catalogue a server has unless it is given
// another. Each call builds a new one, which the caller may change.
func DefaultCatalogue() *Catalogue {
	return &Catalogue{Categories: []Category{
		transport(), realEstate(), electronics(), clothing(), work(), lostAndFound(),
	}}
}

// goods builds the form of things that are sold (776), bought (777) and
// exchanged (778).
type goods func(offer string) []Group

func (g goods) offerTypes() []OfferType {
	return []OfferType{
		{ID: "776", Title: Text{"Продам", "Vând"}, Groups: g("776")},
		{ID: "777", Title: Text{"Куплю", "Cumpăr"}, Groups: g("777")},
		{ID: "778", Title: Text{"Меняю", "Schimb"}, Groups: g("778")},
	}
}

// Headings most forms share. The heading of contacts is null, which the
// document allows.
var (
	general     = Text{"общее", "general"}
	properties  = Text{"характеристики", "caracteristici"}
	description = Text{"описание", "descriere"}
	region      = Text{"регион", "regiune"}
	pictures    = Text{"фото и видео", "foto și video"}
)

func titleFeature() Feature {
	return Feature{ID: "12", Title: Text{"заголовок", "titlu"}, Type: TypeText, Required: true}
}

func bodyFeature(required bool) Feature {
	return Feature{ID: "13", Title: Text{"текст объявления", "textul anunțului"}, Type: TypeLongText, Required: required}
}

func priceFeature(required bool) Feature {
	return Feature{
		ID: "2", Title: Text{"цена", "preț"}, Type: TypeMeasurement, Required: required,
		Units: []string{"eur", "usd", "mdl"},
	}
}

func imagesFeature() Feature {
	return Feature{ID: "14", Title: Text{"фотографии", "fotografii"}, Type: TypeImages}
}

func videosFeature() Feature {
	return Feature{ID: "15", Title: Text{"видео", "video"}, Type: TypeVideos}
}

// contactsGroup is the group every form ends with.
func contactsGroup() Group {
	return Group{Features: []Feature{
		{ID: "16", Title: Text{"контакты", "contacte"}, Type: TypeContacts, Required: true},
	}}
}

// placeGroup asks for the place in three steps. City and sector are not asked
// where the chosen region or city has none.
func placeGroup() Group {
	return Group{Title: region, Features: []Feature{
		{ID: "7", Title: Text{"регион", "regiunea"}, Type: TypeDropDown, Required: true, Options: parseOptions(placesList)},
		{ID: "8", Title: Text{"населённый пункт", "localitatea"}, Type: TypeDropDown, Required: true, DependsOn: "7"},
		{ID: "9", Title: Text{"сектор", "sectorul"}, Type: TypeDropDown, Required: true, DependsOn: "8"},
	}}
}

// authorFeature asks who is selling, with the document's options.
func authorFeature(required bool) Feature {
	return dropDown("795", "автор объявления | autorul anunțului", required,
		"18894 Агентство | Agenție", "20364 Застройщик | Dezvoltator", "18895 Частное лицо | Persoană fizică")
}

// dropDown builds a feature with options; see [parseOptions] for their form.
func dropDown(id, title string, required bool, options ...string) Feature {
	f := Feature{ID: id, Title: parseText(title), Type: TypeDropDown, Required: required}
	for _, o := range options {
		f.Options = append(f.Options, parseOptions(o)...)
	}
	return f
}

// optional builds a feature that need not be answered.
func optional(id, kind, title string, units ...string) Feature {
	return Feature{ID: id, Title: parseText(title), Type: kind, Units: units}
}

// checkBoxes builds a group of features to tick: "id Russian | Romanian".
func checkBoxes(title Text, boxes ...string) Group {
	g := Group{Title: title}
	for _, o := range parseOptions(strings.Join(boxes, "\n")) {
		g.Features = append(g.Features, Feature{ID: o.ID, Title: o.Title, Type: TypeCheckBox})
	}
	return g
}
