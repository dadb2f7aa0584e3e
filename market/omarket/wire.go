package omarket

import (
	"encoding/json"
	"time"
	_ "time/tzdata" // the market writes its times without a zone
)

// What the market writes, as far as the bot reads it. Ids come as numbers and
// as strings, members are missing or null: each type takes what there is.

// wireCategory is a category of the list, or the one an ad stands in. The ads
// of a list name it only.
type wireCategory struct {
	ID            ident              `json:"id"`
	Name          ident              `json:"name"`
	Parent        *wireCategory      `json:"parent"` // of the list: its id only
	Delivery      flag               `json:"delivery"`
	Order         ident              `json:"order_num"`
	Popular       flag               `json:"is_popular"`
	ParentFilters flag               `json:"parent_filters"` // the parent's filters are asked too
	HasMap        flag               `json:"has_map"`
	RequiredPrice flag               `json:"required_price"`
	Type          ident              `json:"category_type"`
	DynamicFilter ident              `json:"has_dynamic_filter"` // an id, false or nothing
	Linked        many[ident]        `json:"linked_category"`
	Filters       many[ident]        `json:"filters"`
	AdTypes       many[wireAdType]   `json:"ad_type"`
	Subcategories many[wireCategory] `json:"sub_categories"`
}

// UnmarshalJSON takes the object, or its id alone.
func (w *wireCategory) UnmarshalJSON(data []byte) error {
	type plain wireCategory
	var p plain
	bare, err := object(data, &p)
	if bare != "" {
		p.ID = bare
	}
	*w = wireCategory(p)
	return err
}

// wireAdType is a kind of offer: "sell", "rent".
type wireAdType struct {
	ID   ident `json:"id"`
	Code ident `json:"code_value"` // what an ad's ad_type holds
	Name ident `json:"name"`
}

// UnmarshalJSON takes the object, its id, or its code alone.
func (w *wireAdType) UnmarshalJSON(data []byte) error {
	type plain wireAdType
	var p plain
	bare, err := object(data, &p)
	switch {
	case bare == "":
	case bare[0] >= '0' && bare[0] <= '9':
		p.ID = bare
	default:
		p.Code = bare
	}
	*w = wireAdType(p)
	return err
}

// wireLocation is a place: a town, a district.
type wireLocation struct {
	ID      ident `json:"id"`
	Name    ident `json:"name"`
	Type    ident `json:"location_type"`
	Order   ident `json:"order_num"`
	Popular flag  `json:"is_popular"`
	Parent  ident `json:"parent"`
}

// UnmarshalJSON takes the object, or its id alone. A parent that comes as an
// object counts as its id.
func (w *wireLocation) UnmarshalJSON(data []byte) error {
	type plain wireLocation
	var p struct {
		plain
		Parent json.RawMessage `json:"parent"`
	}
	bare, err := object(data, &p)
	if bare != "" {
		p.ID = bare
	}
	var parent struct {
		ID ident `json:"id"`
	}
	if len(p.Parent) > 0 {
		if bare, err := object(p.Parent, &parent); err == nil && bare != "" {
			parent.ID = bare
		}
	}
	*w = wireLocation(p.plain)
	w.Parent = parent.ID
	return err
}

// wireAd is an ad. A list gives less of it than its details do.
type wireAd struct {
	ID            ident              `json:"id"`
	UUID          ident              `json:"uuid"`
	Title         ident              `json:"title"`
	Description   ident              `json:"description"`
	AdType        ident              `json:"ad_type"`
	Price         ident              `json:"price"`
	OldPrice      ident              `json:"old_price"`
	Currency      ident              `json:"currency"`
	ContractPrice flag               `json:"contract_price"`
	Status        ident              `json:"status"`
	Delivery      flag               `json:"delivery"`
	Address       ident              `json:"address"`
	WhatsApp      ident              `json:"whatsapp_num"`
	Telegram      ident              `json:"telegram_profile"`
	Commentary    ident              `json:"commentary"`
	Created       instant            `json:"created_at"`
	Modified      instant            `json:"modified_at"`
	Published     instant            `json:"published_at"`
	Opening       instant            `json:"opening_at"`
	Own           flag               `json:"is_own"`
	Views         ident              `json:"view_count"`
	Category      wireCategory       `json:"category"`
	Location      wireLocation       `json:"location"`
	Author        wireAuthor         `json:"author"`
	Images        many[wireImage]    `json:"images"`
	MinifyImages  many[wireImage]    `json:"minify_images"`
	Filters       many[wireAdFilter] `json:"filters"`
}

// wireAuthor is the seller of an ad.
type wireAuthor struct {
	Contact  ident        `json:"contact_number"`
	Location wireLocation `json:"location"`
	Avatar   *wireImage   `json:"avatar"` // nil: not told
}

// UnmarshalJSON takes the object; an id alone tells nothing.
func (w *wireAuthor) UnmarshalJSON(data []byte) error {
	type plain wireAuthor
	var p plain
	_, err := object(data, &p)
	*w = wireAuthor(p)
	return err
}

// wireAdFilter is what an ad says to one filter of its category, with what the
// filter is.
type wireAdFilter struct {
	ID       ident           `json:"id"` // of the answer, not of the filter
	FilterID ident           `json:"filter_id"`
	Value    json.RawMessage `json:"value"`      // "4304", a list, {"from","to"}
	Titles   many[ident]     `json:"list_value"` // the value in words: "Toyota"
	Filter   wireFilterDef   `json:"filter"`
}

// wireFilterDef describes a filter. No route gives it by itself.
type wireFilterDef struct {
	ID           ident           `json:"id"`
	Label        ident           `json:"create_label"`
	ListLabel    ident           `json:"list_label"`
	Type         ident           `json:"create_filter_type"` // "select_single"
	ListType     ident           `json:"list_filter_type"`   // "select_multiple"
	Required     flag            `json:"required"`
	Format       json.RawMessage `json:"format"`
	ParentLabel  ident           `json:"parent_create_label"`
	ManyPopular  flag            `json:"splitting_popular"`
	ParentOfList ident           `json:"parent_list_label"`
}

// UnmarshalJSON takes the object, or its id alone.
func (w *wireFilterDef) UnmarshalJSON(data []byte) error {
	type plain wireFilterDef
	var p plain
	bare, err := object(data, &p)
	if bare != "" {
		p.ID = bare
	}
	*w = wireFilterDef(p)
	return err
}

// wireImage is the address of a picture; an object with its url counts as it.
type wireImage string

// UnmarshalJSON takes a string or an object; what is no address is "".
func (w *wireImage) UnmarshalJSON(data []byte) error {
	var named struct {
		URL   ident `json:"url"`
		Image ident `json:"image"`
	}
	bare, err := object(data, &named)
	for _, candidate := range []ident{bare, named.URL, named.Image} {
		if isWebAddress(string(candidate)) {
			*w = wireImage(candidate)
			return err
		}
	}
	*w = ""
	return err
}

// adsPage is one page of a list of ads. Next is a page number; "" on the last.
type adsPage struct {
	Count   ident        `json:"count"`
	Next    ident        `json:"next"`
	Results many[wireAd] `json:"results"`
}

// zone is the market's: it writes its times without one.
var zone = func() *time.Location {
	at, err := time.LoadLocation("Asia/Bishkek")
	if err != nil { // embedded: never
		return time.FixedZone("+06", 6*60*60)
	}
	return at
}()

// instant is a time as the market writes it. What cannot be read is the zero
// time, which the product shows as nothing.
type instant time.Time

// UnmarshalJSON never fails: a date is not worth an ad.
func (t *instant) UnmarshalJSON(data []byte) error {
	*t = instant{}
	var s string
	if json.Unmarshal(data, &s) != nil {
		return nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05"} {
		if at, err := time.ParseInLocation(layout, s, zone); err == nil {
			*t = instant(at)
			return nil
		}
	}
	return nil
}
