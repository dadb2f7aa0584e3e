package md999

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"bazarbot/market"
	"bazarbot/market/remote"
)

// Change is an edit of an ad ready to be sent, as it is saved before it is
// sent.
type Change struct {
	Body        json.RawMessage `json:"body"`             // exactly what goes over the wire
	Fields      []string        `json:"fields,omitempty"` // keys of what changes, in the form's order
	Category    string          `json:"category"`
	Subcategory string          `json:"subcategory"`
	OfferType   string          `json:"offer_type,omitempty"` // only when it changes
	Lang        market.Lang     `json:"lang,omitempty"`       // of the form it was composed from
	// Parents are the options, by feature, that decide over others' options.
	Parents map[string]string `json:"parents,omitempty"`
}

// Empty reports whether nothing changes.
func (c Change) Empty() bool { return len(c.Fields) == 0 }

// wirePatch is the body of PATCH /adverts/{advert_id}. A feature whose value is
// null is removed.
type wirePatch struct {
	Features  []wireFeature `json:"features"`
	OfferType string        `json:"offer_type,omitempty"`
}

// ComposeChange makes the body that brings an ad from before, which EditForm
// gave, to after: only what changed, an emptied optional feature as null, in
// the order of the form. images are the ids of after's pictures, the cover
// first; they are looked at only when the pictures changed.
//
// Answers to what depends on a changed answer are removed when they no longer
// fit and are optional. What nobody touched is left alone, whether the form
// would still take it or not.
//
// Answers that do not fit are market.Invalid with the keys in Fields; the
// reasons are empty, because they are ours and not the market's.
func (c *Client) ComposeChange(ctx context.Context, key market.Secret, lang market.Lang, id string, before, after market.Answers, images []string) (Change, error) {
	p := placeOf(before)
	form, err := c.editForm(ctx, key, lang, id, p, after)
	if err != nil {
		return Change{}, err
	}
	d := difference{
		form: form, before: before, after: after, images: images, unfit: map[string]string{},
		change: Change{Category: p.category, Subcategory: p.subcategory, Lang: lang, Parents: parents(form, after)},
		wire:   wirePatch{Features: []wireFeature{}},
	}
	d.moveTo(after[keyOffer].Option(), p.offer)
	for _, f := range form.Fields {
		if f.Key == keyOffer {
			continue
		}
		if err := d.add(f); err != nil {
			return Change{}, err
		}
	}
	if len(d.unfit) > 0 || len(form.Blocked) > 0 {
		return Change{}, unfitAnswers("compose change", form, d.unfit)
	}
	d.change.Body, err = marshal(d.wire)
	return d.change, err
}

// difference is a change in the making.
type difference struct {
	form          market.Form
	before, after market.Answers
	images        []string
	unfit         map[string]string
	wire          wirePatch
	change        Change
}

// moveTo changes the offer type, when another one is chosen.
func (d *difference) moveTo(offer, from string) {
	if offer == "" || offer == from {
		return
	}
	field, _ := d.field(keyOffer)
	if _, ok := field.Option(offer); !ok {
		d.unfit[keyOffer] = ""
		return
	}
	d.change.OfferType, d.wire.OfferType = offer, offer
	d.change.Fields = append(d.change.Fields, keyOffer)
}

// add compares one field's answers and adds what is to be sent of it.
func (d *difference) add(f market.Field) error {
	was, is := d.before[f.Key], d.after[f.Key]
	if d.change.OfferType == "" && !d.touched(f) {
		return nil
	}
	kept := same(f, was, is)
	images := d.images
	if kept {
		images = remotes(is.Photos)
	}
	if f.Kind == market.KindPhotos && len(images) != len(is.Photos) {
		return fmt.Errorf("md999: compose change: %d image ids for %d pictures", len(images), len(is.Photos))
	}
	value, unit, err := encode(f, is, images)
	switch {
	case err != nil && kept && !f.Required:
		value = nil // it fitted another parent
	case err != nil, value == nil && missing(f, is):
		d.unfit[f.Key] = ""
		return nil
	case kept && value != nil, value == nil && !holdsAnything(was):
		return nil
	}
	d.wire.Features = append(d.wire.Features, wireFeature{ID: f.Key, Value: value, Unit: unit})
	d.change.Fields = append(d.change.Fields, f.Key)
	return nil
}

// touched reports whether the field's answer, or one that it depends on, is
// another than before.
func (d *difference) touched(f market.Field) bool {
	for range d.form.Fields { // no chain is longer; a circle ends here too
		if !same(f, d.before[f.Key], d.after[f.Key]) {
			return true
		}
		parent, ok := d.field(f.DependsOn)
		if !ok {
			return false
		}
		f = parent
	}
	return false
}

func (d *difference) field(key string) (market.Field, bool) {
	i := slices.IndexFunc(d.form.Fields, func(f market.Field) bool { return f.Key == key })
	if i < 0 {
		return market.Field{}, false
	}
	return d.form.Fields[i], true
}

// same reports whether two answers mean the same to the market: "no" and none
// do, and so do texts that are sent alike, and one picture under one id.
func same(f market.Field, v, w market.Value) bool {
	switch f.Kind {
	case market.KindYesNo:
		return holdsAnything(v) == holdsAnything(w)
	case market.KindPhotos:
		return slices.EqualFunc(v.Photos, w.Photos, samePhoto)
	case market.KindText, market.KindLongText:
		a, _, _ := encode(f, v, nil)
		b, _, _ := encode(f, w, nil)
		return a == b
	default:
		return v.Equal(w)
	}
}

func samePhoto(p, q market.Photo) bool {
	if p.Remote != "" && q.Remote != "" {
		return normalText(p.Remote) == normalText(q.Remote)
	}
	return p == q
}

func remotes(photos []market.Photo) []string {
	ids := make([]string, len(photos))
	for i, p := range photos {
		ids[i] = p.Remote
	}
	return ids
}

// holdsAnything reports whether the market holds anything for an answer.
func holdsAnything(v market.Value) bool {
	return !v.IsZero() && (v.Yes == nil || *v.Yes)
}

// Update sends the change; an empty one is not sent. Sending it twice does no
// harm, but it is sent once: market.UnknownOutcome means that it may have taken
// effect, which Holds tells. A refusal names the fields it is about.
//
// API reference: PATCH /adverts/{advert_id}.
func (c *Client) Update(ctx context.Context, key market.Secret, id string, change Change) error {
	if change.Empty() {
		return nil
	}
	call := remote.Write("update ad", http.MethodPatch, route("adverts", id)).WithJSON(change.Body)
	err := c.perform(ctx, key, call)
	form := func(lang string) formSource { return formOfAdvert(lang, id) }
	if change.OfferType != "" {
		for _, lang := range wireLangs { // the ad may have another form now
			c.cache.Expire(ctx, form(lang).entry)
		}
		p := place{change.Category, change.Subcategory, change.OfferType}
		form = func(lang string) formSource { return formOfPlace(lang, p) }
	}
	if refusal, ok := asRefusal(err); ok {
		c.explain(ctx, key, origin{change.Lang, form, change.Subcategory, change.Parents}, refusal)
	}
	return err
}

// Holds reports whether the ad is as the change wants it: every feature that
// was sent is there with the same value, pictures in the same order, and what
// was to be removed is gone. A false "no" is possible, where the market writes
// a value in another way, and harmless: the change may be sent again.
//
// API reference: GET /adverts/{advert_id}.
func (c *Client) Holds(ctx context.Context, key market.Secret, id string, change Change) (bool, error) {
	var wire struct {
		Features []wireAdvertFeature `json:"features"`
	}
	if err := json.Unmarshal(change.Body, &wire); err != nil {
		return false, &market.Error{Kind: market.Invalid, Market: market.MD999, Op: "look up change", Err: errors.New("the saved change is no JSON")}
	}
	a, err := c.advert(ctx, key, market.Russian, id)
	if err != nil {
		return false, err
	}
	for _, sent := range wire.Features {
		held, _ := a.feature(string(sent.ID))
		if !slices.Equal(exact(held.Value), exact(sent.Value)) || !strings.EqualFold(string(held.Unit), string(sent.Unit)) {
			return false, nil
		}
	}
	if change.OfferType == "" {
		return true, nil
	}
	a.Categories.Category.ID, a.Categories.Subcategory.ID = ident(change.Category), ident(change.Subcategory)
	offer, err := c.offerType(ctx, key, "ru", a)
	return offer == change.OfferType, err
}

// exact is a value written in one way, less forgiving than normal: order and
// lines count, since a change may be about nothing else. A box that is not
// ticked is no value.
func exact(raw json.RawMessage) []string {
	out := values(raw)
	for i, s := range out {
		out[i], _, _ = strings.Cut(market.CanonicalNumber(strings.ReplaceAll(s, "\r\n", "\n")), "?metadata=")
	}
	if slices.Equal(out, []string{"false"}) {
		return nil
	}
	return out
}
