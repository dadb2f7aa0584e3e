package omarket

import (
	"slices"
	"strconv"
	"strings"
)

// Catalogue is what can be sold on the market, where, and what is asked about
// it. Ids are unique among categories, filters, locations and ad types each.
type Catalogue struct {
	Categories []Category
	Filters    []Filter
	Locations  []Location
	AdTypes    []AdType
}

// Category is a heading; ads stand in those without Sub.
type Category struct {
	ID            int
	Name          string
	Order         int
	Popular       bool
	Delivery      bool
	Map           bool
	RequiredPrice bool
	// ParentFilters says that the filters of the category above belong to this
	// one too.
	ParentFilters bool
	DynamicFilter int      // a filter of it, 0: none
	Linked        []int    // related categories
	Filters       []int    // ids, in the order they are asked
	AdTypes       []string // codes; none: those of the category above
	Sub           []Category
}

// The types of filters: what a seller is asked, and what a buyer is. The
// description shows the first two.
const (
	SelectSingle   = "select_single"
	SelectMultiple = "select_multiple"
	Number         = "number"  // a seller's answer
	FromTo         = "from_to" // a buyer's question for a Number
	Boolean        = "boolean"
	Text           = "text"
)

// Filter is a question about an ad of some category.
type Filter struct {
	ID        int
	Label     string // to a seller
	ListLabel string // to a buyer
	Type      string // to a seller; to a buyer it follows from this
	Required  bool
	Popular   bool // its popular options come first
	Options   []Option
}

// Option is a possible answer.
type Option struct{ ID, Title string }

// Location is a place, with the one it lies in.
type Location struct {
	ID     int
	Name   string
	Type   string // "town" and "district" in the description
	Order  int
	Parent int    // 0: none
	Search string // what else it is found by
}

// AdType is what a seller wants.
type AdType struct {
	ID   int
	Code string
	Name string
}

// trail finds a category by its id and gives the way to it, from the top.
func (c *Catalogue) trail(id int) []*Category { return trail(c.Categories, id) }

func trail(list []Category, id int) []*Category {
	for i := range list {
		if list[i].ID == id {
			return []*Category{&list[i]}
		}
		if below := trail(list[i].Sub, id); below != nil {
			return append([]*Category{&list[i]}, below...)
		}
	}
	return nil
}

// category finds a category, or nil.
func (c *Catalogue) category(id int) *Category {
	if way := c.trail(id); way != nil {
		return way[len(way)-1]
	}
	return nil
}

// filtersOf lists the filters asked in a category.
func (c *Catalogue) filtersOf(id int) []*Filter {
	var all []*Filter
	way := c.trail(id)
	for i, category := range slices.Backward(way) {
		var own []*Filter
		for _, filter := range category.Filters {
			if f := c.filter(filter); f != nil {
				own = append(own, f)
			}
		}
		all = append(own, all...)
		if !way[i].ParentFilters {
			break
		}
	}
	return all
}

// filter finds a filter, or nil.
func (c *Catalogue) filter(id int) *Filter {
	return find(c.Filters, func(f *Filter) bool { return f.ID == id })
}

// adTypesOf lists the codes an ad of a category may have; none: any.
func (c *Catalogue) adTypesOf(id int) []string {
	for _, category := range slices.Backward(c.trail(id)) {
		if len(category.AdTypes) > 0 {
			return category.AdTypes
		}
	}
	return nil
}

// location finds a place, or nil.
func (c *Catalogue) location(id int) *Location {
	return find(c.Locations, func(l *Location) bool { return l.ID == id })
}

// lies reports whether a place is another one or lies in it.
func (c *Catalogue) lies(id, in int) bool {
	for range len(c.Locations) { // a loop of parents ends too
		if id == in {
			return true
		}
		place := c.location(id)
		if place == nil || place.Parent == 0 {
			return false
		}
		id = place.Parent
	}
	return false
}

// below reports whether a category is another one or stands under it.
func (c *Catalogue) below(id, top int) bool {
	return slices.ContainsFunc(c.trail(id), func(x *Category) bool { return x.ID == top })
}

// option finds an option, or nil.
func (f *Filter) option(id string) *Option {
	return find(f.Options, func(o *Option) bool { return o.ID == id })
}

// listType is how a buyer is asked.
func (f *Filter) listType() string {
	switch f.Type {
	case SelectSingle:
		return SelectMultiple
	case Number:
		return FromTo
	}
	return f.Type
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

// lines gives the lines of a list that is part of the program; those that
// begin with # are remarks.
func lines(list string) []string {
	var all []string
	for line := range strings.Lines(list) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			all = append(all, line)
		}
	}
	return all
}

// columns takes a line apart at its bars.
func columns(line string) []string {
	parts := strings.Split(line, "|")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// number reads an integer of a list that is part of the program.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic("no number in a list: " + s)
	}
	return n
}
