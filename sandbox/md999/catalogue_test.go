package md999

import (
	"slices"
	"strings"
	"testing"
	"unicode"
)

// each calls visit for every form of the catalogue.
func each(c *Catalogue, visit func(sub *Subcategory, form *OfferType)) {
	for i := range c.Categories {
		for j := range c.Categories[i].Subcategories {
			sub := &c.Categories[i].Subcategories[j]
			for k := range sub.OfferTypes {
				visit(sub, &sub.OfferTypes[k])
			}
		}
	}
}

func TestCatalogueIsSound(t *testing.T) {
	t.Parallel()
	each(DefaultCatalogue(), func(sub *Subcategory, form *OfferType) {
		seen := map[string]bool{}
		parents := map[string]bool{}
		for _, f := range form.features() {
			if seen[f.ID] {
				t.Errorf("%s/%s: feature %s stands twice", sub.ID, form.ID, f.ID)
			}
			seen[f.ID] = true
			checkTitle(t, f.Title)
			if (f.Type == TypeMeasurement) != (len(f.Units) > 0) {
				t.Errorf("%s/%s: feature %s: units %v", sub.ID, form.ID, f.ID, f.Units)
			}
			if f.Type == TypeDropDown && len(form.allOptions(f)) == 0 {
				t.Errorf("%s/%s: feature %s has no options", sub.ID, form.ID, f.ID)
			}
			if f.DependsOn != "" && (!seen[f.DependsOn] || parents[f.DependsOn]) {
				t.Errorf("%s/%s: feature %s: parent %s comes later or has another child", sub.ID, form.ID, f.ID, f.DependsOn)
			}
			parents[f.DependsOn] = f.DependsOn != ""
		}
	})
}

func TestCatalogueOptionsAreSound(t *testing.T) {
	t.Parallel()
	for name, list := range map[string]string{"places": placesList, "cars": carsList, "brands": brandsList} {
		seen := map[string]bool{}
		var walk func([]Option)
		walk = func(options []Option) {
			for _, o := range options {
				if seen[o.ID] || !isID(o.ID) {
					t.Errorf("%s: id %s", name, o.ID)
				}
				seen[o.ID] = true
				checkTitle(t, o.Title)
				if name == "places" && !hasCyrillic(o.Title.Ru) {
					t.Errorf("place %s has no Russian title: %s", o.ID, o.Title.Ru)
				}
				walk(o.Sub)
			}
		}
		walk(parseOptions(list))
	}
}

func checkTitle(t *testing.T, title Text) {
	t.Helper()
	if strings.TrimSpace(title.Ru) == "" || strings.TrimSpace(title.Ro) == "" {
		t.Errorf("a title is missing: %+v", title)
	}
	if strings.ContainsAny(title.Ro, "şţŞŢ") || hasCyrillic(title.Ro) {
		t.Errorf("not Romanian, or a cedilla for a comma: %s", title.Ro)
	}
}

func hasCyrillic(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) })
}

// What clients are tested on must be there.
func TestCatalogueIsRich(t *testing.T) {
	t.Parallel()
	c := DefaultCatalogue()
	if len(c.Categories) < 5 {
		t.Errorf("%d categories", len(c.Categories))
	}
	types := map[string]bool{}
	_, _, cars := c.path("658", "659", "776")
	for _, f := range cars.features() {
		types[f.Type] = true
	}
	if len(types) != 9 {
		t.Errorf("cars have %d types of features", len(types))
	}
	_, _, phones := c.path("600", "601", "776")
	var required []string
	for _, f := range phones.features() {
		if f.Required {
			required = append(required, f.ID)
		}
	}
	if want := []string{"12", "13", "2", "7", "8", "9", "16"}; !slices.Equal(required, want) {
		t.Errorf("a phone requires %v, want %v", required, want)
	}
	_, _, clothes := c.path("750", "751", "776")
	if n := len(clothes.feature("2760").Options); n != 400 {
		t.Errorf("%d brands", n)
	}
	_, _, job := c.path("800", "801", "1111")
	if job.feature("12") != nil {
		t.Error("a job has a title")
	}
	if _, rental, _ := c.path("658", "1401", "18979"); len(rental.OfferTypes) != 1 {
		t.Error("rental has several offer types")
	}
	if lost, _, _ := c.path("900", "", ""); len(lost.Subcategories) != 1 {
		t.Error("lost and found has several subcategories")
	}
	if n := len(pick(phones.feature("7").Options, "12902").Sub); n != 1 {
		t.Errorf("Bender has %d towns, want a list of one", n)
	}
}
