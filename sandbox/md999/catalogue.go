package md999

import "strings"

// Text is a title in the market's two languages.
type Text struct{ Ru, Ro string }

// In gives the text in a language of the market: "ru" or "ro".
func (t Text) In(lang string) string {
	if lang == "ro" {
		return t.Ro
	}
	return t.Ru
}

// Catalogue is what can be sold on the market and what is asked about it.
type Catalogue struct{ Categories []Category }

// Category is a top level heading.
type Category struct {
	ID            string
	Title         Text
	URL           string
	Subcategories []Subcategory
}

// Subcategory is where adverts stand.
type Subcategory struct {
	ID         string
	Title      Text
	URL        string
	OfferTypes []OfferType
}

// OfferType is a way to offer, with the form it asks for.
type OfferType struct {
	ID     string
	Title  Text
	Groups []Group
}

// Group is a heading of a form. A zero Title becomes null in answers.
type Group struct {
	Title    Text
	Features []Feature
}

// The types of features, in the document's words.
const (
	TypeText        = "textbox_text"
	TypeLongText    = "textarea_text"
	TypeNumeric     = "textbox_numeric"
	TypeMeasurement = "textbox_numeric_measurement"
	TypeCheckBox    = "check_box"
	TypeDropDown    = "drop_down_options"
	TypeImages      = "upload_images"
	TypeVideos      = "upload_videos"
	TypeContacts    = "contacts"
	// TypeMap is not in the document; see [Quirks.NewFeature].
	TypeMap = "map"
)

// Feature is one question of a form. The options of a feature with DependsOn
// are the Sub options of what was chosen in the feature it names, so at most
// one feature can depend on another; Options is then empty.
type Feature struct {
	ID        string
	Title     Text
	Type      string
	Required  bool
	Units     []string
	DependsOn string
	Options   []Option
}

// Option is a possible answer, with those that become possible once it is
// chosen.
type Option struct {
	ID    string
	Title Text
	Sub   []Option
}

// path finds a category, subcategory and offer type by their ids. Pointers
// from the first unknown one on are nil.
func (c *Catalogue) path(category, subcategory, offer string) (*Category, *Subcategory, *OfferType) {
	cat := find(c.Categories, func(x *Category) bool { return x.ID == category })
	if cat == nil {
		return nil, nil, nil
	}
	sub := find(cat.Subcategories, func(x *Subcategory) bool { return x.ID == subcategory })
	if sub == nil {
		return cat, nil, nil
	}
	return cat, sub, find(sub.OfferTypes, func(x *OfferType) bool { return x.ID == offer })
}

// subcategory finds a subcategory by its id alone; ids are unique.
func (c *Catalogue) subcategory(id string) *Subcategory {
	for i := range c.Categories {
		if sub := find(c.Categories[i].Subcategories, func(x *Subcategory) bool { return x.ID == id }); sub != nil {
			return sub
		}
	}
	return nil
}

// features lists the features of a form in their order.
func (o *OfferType) features() []*Feature {
	var all []*Feature
	for i := range o.Groups {
		for j := range o.Groups[i].Features {
			all = append(all, &o.Groups[i].Features[j])
		}
	}
	return all
}

// feature finds a feature of the form, or nil.
func (o *OfferType) feature(id string) *Feature {
	for _, f := range o.features() {
		if f.ID == id {
			return f
		}
	}
	return nil
}

// options lists what can be answered to f when chosen tells the options of
// other features by feature id.
func (o *OfferType) options(f *Feature, chosen func(id string) string) []Option {
	if f.DependsOn == "" {
		return f.Options
	}
	parent := o.feature(f.DependsOn)
	if parent == nil {
		return nil
	}
	if picked := pick(o.options(parent, chosen), chosen(parent.ID)); picked != nil {
		return picked.Sub
	}
	return nil
}

// allOptions lists every option f can ever have.
func (o *OfferType) allOptions(f *Feature) []Option {
	if f.DependsOn == "" {
		return f.Options
	}
	parent := o.feature(f.DependsOn)
	if parent == nil {
		return nil
	}
	var all []Option
	for _, p := range o.allOptions(parent) {
		all = append(all, p.Sub...)
	}
	return all
}

// dependent finds the feature whose options the given one decides, or nil.
func (o *OfferType) dependent(id string) *Feature {
	for _, f := range o.features() {
		if f.DependsOn == id {
			return f
		}
	}
	return nil
}

// pick finds an option by its id, or nil.
func pick(options []Option, id string) *Option {
	return find(options, func(x *Option) bool { return x.ID == id })
}

// find gives a pointer to the first element that fits, or nil.
func find[T any](list []T, fits func(*T) bool) *T {
	for i := range list {
		if fits(&list[i]) {
			return &list[i]
		}
	}
	return nil
}

// parseOptions reads a tree of options: one per line, a tab for each level,
// "id title" or "id Russian | Romanian"; lines that begin with # are remarks.
// It panics on a malformed line: the lists are part of the program.
func parseOptions(list string) []Option {
	root := Option{}
	for line := range strings.Lines(list) {
		if line = strings.TrimRight(line, "\n"); line == "" || line[0] == '#' {
			continue
		}
		text := strings.TrimLeft(line, "\t")
		level := &root
		for range len(line) - len(text) {
			level = &level.Sub[len(level.Sub)-1]
		}
		id, title, ok := strings.Cut(text, " ")
		if !ok {
			panic("option without a title: " + text)
		}
		level.Sub = append(level.Sub, Option{ID: id, Title: parseText(title)})
	}
	return root.Sub
}

// parseText reads "Russian | Romanian", or one title for both.
func parseText(s string) Text {
	ru, ro, ok := strings.Cut(s, " | ")
	if !ok {
		ro = ru
	}
	return Text{Ru: ru, Ro: ro}
}
