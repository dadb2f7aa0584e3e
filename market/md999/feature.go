package md999

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"

	"bazarbot/market"
	"bazarbot/market/catalogue"
	"bazarbot/market/remote"
)

// feature is the market's wire word for a field of an ad.
type feature struct {
	ID        ident   `json:"id"`
	Title     ident   `json:"title"`
	Type      string  `json:"type"`
	Required  bool    `json:"required"`
	Units     []ident `json:"units"`
	DependsOn ident   `json:"depends_on"`
	Options   []title `json:"options"`

	group string
}

// The documented types of features.
const (
	typeText        = "textbox_text"
	typeLongText    = "textarea_text"
	typeNumber      = "textbox_numeric"
	typeMeasurement = "textbox_numeric_measurement"
	typeCheckBox    = "check_box"
	typeDropDown    = "drop_down_options"
	typeImages      = "upload_images"
	typeVideos      = "upload_videos"
	typeContacts    = "contacts"
)

// formSource is a route that gives features, and the entry they are kept under.
type formSource struct {
	call  remote.Call
	entry catalogue.Key
}

// formOfPlace is the form of a new ad.
//
// API reference: GET /features.
func formOfPlace(lang string, p place) formSource {
	call := featuresCall(lang, p)
	return formSource{call, entryKey(call, freshFeatures)}
}

// formOfAdvert is the form of an existing advert. It is kept for a moment only,
// in memory, because every step of a conversation computes the form again.
//
// API reference: GET /adverts/{advert_id}/features.
func formOfAdvert(lang, id string) formSource {
	call := remote.Get("get features of ad", route("adverts", id, "features"), langQuery(lang))
	entry := entryKey(call, freshAdvertForm)
	entry.Private = true
	return formSource{call, entry}
}

// features lists what an ad is made of, in the market's order.
func (c *Client) features(ctx context.Context, key market.Secret, source formSource) ([]feature, error) {
	found, err := catalogue.Get(ctx, c.cache, source.entry,
		func(ctx context.Context) ([]byte, error) { return c.do(ctx, key, source.call) },
		decoding(source.call, decodeFeatures))
	return found.Value, err
}

func featuresCall(lang string, p place) remote.Call {
	return remote.Get("get features", "/features", url.Values{
		"category_id": {p.category}, "subcategory_id": {p.subcategory}, "offer_type": {p.offer}, "lang": {lang},
	})
}

func decodeFeatures(body []byte) ([]feature, error) {
	var form struct {
		Groups *[]struct {
			Title    ident     `json:"title"`
			Features []feature `json:"features"`
		} `json:"features_groups"`
	}
	if err := json.Unmarshal(body, &form); err != nil {
		return nil, err
	}
	if form.Groups == nil {
		return nil, errors.New("no features_groups in the answer")
	}
	var all []feature
	seen := map[ident]bool{}
	for _, group := range *form.Groups {
		for _, f := range group.Features {
			if f.ID == "" || seen[f.ID] {
				continue
			}
			seen[f.ID] = true
			f.group = string(group.Title)
			all = append(all, f)
		}
	}
	if len(all) == 0 {
		return nil, errors.New("no features in the answer")
	}
	return all, nil
}

// dependentOptions lists the options that an answer to the parent feature
// leaves.
//
// API reference: GET /dependent_options.
func (c *Client) dependentOptions(ctx context.Context, key market.Secret, lang, subcategory, parent, option string) ([]market.Option, error) {
	return cached(ctx, c, key, optionsCall(lang, subcategory, parent, option), freshOptions, decodeOptions)
}

func optionsCall(lang, subcategory, parent, option string) remote.Call {
	return remote.Get("get dependent options", "/dependent_options", url.Values{
		"subcategory_id": {subcategory}, "dependency_feature_id": {parent}, "parent_option_id": {option}, "lang": {lang},
	})
}

// decodeOptions takes {"options":[…]}, {"Options":[…]} and a bare array: all
// three were seen.
func decodeOptions(body []byte) ([]market.Option, error) {
	var bareList []title
	if json.Unmarshal(body, &bareList) == nil {
		return toOptions(bareList), nil
	}
	var list struct {
		Options *[]title `json:"options"` // encoding/json ignores the case of names
	}
	if err := json.Unmarshal(body, &list); err != nil {
		return nil, err
	}
	if list.Options == nil {
		return nil, errors.New("no options in the answer")
	}
	return toOptions(*list.Options), nil
}
