package omarket

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"bazarbot/market"
)

// Change is an edit of an ad ready to be sent, as it is saved before it is
// sent. Sending it twice does no harm.
type Change struct {
	Body     json.RawMessage `json:"body"`             // of the PUT: the whole ad as it is to be
	Fields   []string        `json:"fields,omitempty"` // keys of what changes, in the form's order
	Category string          `json:"category"`         // the one the ad is to stand in
}

// Empty reports whether nothing changes.
func (c Change) Empty() bool { return len(c.Fields) == 0 }

// ComposeEdit makes the change that brings an ad from before, which EditForm
// gave, to after. Its body is the whole ad: as the market has it at this moment,
// with what was changed over it, so that what somebody changed elsewhere
// meanwhile stays and nothing the form does not know is lost. images are the
// addresses of after's pictures, the cover first; they are looked at only when
// the pictures changed.
//
// What nobody touched is left alone, whether the form would still take it or
// not; only in another category everything is judged anew, and the filters that
// it does not have are dropped. Answers that do not fit are market.Invalid with
// the keys in Fields; the reasons are empty, because they are ours.
//
// Description: "Редактирование объявления".
func (c *Client) ComposeEdit(ctx context.Context, key market.Secret, lang market.Lang, id string, before, after market.Answers, images []string) (Change, error) {
	s, err := signed("compose edit", key)
	if err != nil {
		return Change{}, err
	}
	e, err := c.edit(ctx, s, lang, id)
	if err != nil {
		return Change{}, err
	}
	b, err := e.form(ctx, after)
	if err != nil {
		return Change{}, err
	}
	d := difference{
		builder: b, before: before, after: after, images: images,
		moved: e.moves(b), body: e.ad.state(), unfit: map[string]string{},
	}
	if d.moved {
		d.dropFilters()
	}
	for _, f := range b.form.Fields {
		if err := d.add(f); err != nil {
			return Change{}, err
		}
	}
	if len(d.unfit) > 0 || len(b.form.Blocked) > 0 || !b.form.Complete {
		return Change{}, unfitAnswers("compose edit", b.form, d.unfit)
	}
	d.settlePrice()
	change := Change{Fields: d.fields, Category: string(last(b.path).ID)}
	change.Body, err = d.body.marshal()
	return change, err
}

// state is what the ad holds, as a PUT says it. What it does not hold is not
// said, and stays so.
func (a wireAd) state() state {
	s := state{keyNegotiable: bool(a.ContractPrice), keyDelivery: bool(a.Delivery)}
	for name, text := range map[string]ident{
		keyTitle: a.Title, keyText: a.Description, keyAdType: a.AdType, memberCurrency: a.Currency,
		keyWhatsApp: a.WhatsApp, keyTelegram: a.Telegram, "address": a.Address,
	} {
		if text != "" {
			s[name] = string(text)
		}
	}
	for name, id := range map[string]ident{keyCategory: a.Category.ID, keyPlace: a.Location.ID} {
		if id != "" {
			s[name] = id.count()
		}
	}
	if price := decimal(string(a.Price)); price != "" {
		s[keyPrice] = price
	}
	if urls := a.images(); len(urls) > 0 {
		s[keyImages] = urls
	}
	answers := []filterAnswer{}
	for _, w := range a.Filters {
		if id := w.filter().count(); id > 0 && len(w.Value) > 0 && string(w.Value) != "null" {
			answers = append(answers, filterAnswer{id, w.Value})
		}
	}
	s[memberFilters] = answers
	return s
}

// difference is a change in the making.
type difference struct {
	*builder
	before, after market.Answers
	images        []string
	moved         bool // to another category
	body          state
	fields        []string
	unfit         map[string]string
}

// dropFilters forgets what another category does not ask.
func (d *difference) dropFilters() {
	answers, _ := d.body[memberFilters].([]filterAnswer)
	d.body[memberFilters] = slices.DeleteFunc(answers, func(a filterAnswer) bool {
		_, asked := d.filters[filterKey(fmt.Sprint(a.ID))]
		return !asked
	})
}

// add compares one field's answers and puts what changed into the body.
func (d *difference) add(f market.Field) error {
	was, is := d.before[f.Key], d.after[f.Key]
	changed := !same(f, was, is)
	if !changed && !d.moved && !d.freed(f) {
		return nil
	}
	images := d.images
	if f.Kind == market.KindPhotos {
		if !changed {
			return nil
		}
		if len(images) != len(is.Photos) {
			return fmt.Errorf("omarket: compose edit: %d addresses for %d pictures", len(images), len(is.Photos))
		}
	}
	sent, err := d.encode(f, is, images)
	switch {
	case errors.Is(err, errOption) && !changed && !f.Required: // it fitted another category
		sent = nil
	case err != nil, sent == nil && f.Required:
		d.unfit[f.Key] = ""
		return nil
	}
	if !changed {
		return nil
	}
	if sent == nil {
		d.empty(f)
	}
	d.body.take(sent)
	d.fields = append(d.fields, f.Key)
	return nil
}

// freed reports whether a question is asked again because what answered it
// instead was taken back.
func (d *difference) freed(f market.Field) bool {
	return f.Instead != nil && yes(d.before[f.Instead.Key]) != yes(d.after[f.Instead.Key])
}

// empty takes a field's answer out of the ad.
func (d *difference) empty(f market.Field) {
	if filter, ok := d.filters[f.Key]; ok {
		answers, _ := d.body[memberFilters].([]filterAnswer)
		d.body[memberFilters] = slices.DeleteFunc(answers, func(a filterAnswer) bool { return a.ID == filter.ID.count() })
		return
	}
	switch f.Kind {
	case market.KindYesNo:
		d.body[f.Key] = false
	case market.KindQuantity:
		d.body[f.Key] = nil
	case market.KindPhotos:
		d.body[f.Key] = []string{}
	default:
		d.body[f.Key] = ""
	}
}

// settlePrice takes the price out of an ad that has become negotiable.
func (d *difference) settlePrice() {
	if _, priced := d.body[keyPrice]; priced && d.body[keyNegotiable] == true {
		d.body[keyPrice] = nil
	}
}

// same reports whether two answers mean the same to the market: "no" and none
// do, and so do texts that are sent alike, and one picture at one address.
func same(f market.Field, v, w market.Value) bool {
	switch f.Kind {
	case market.KindYesNo:
		return yes(v) == yes(w)
	case market.KindPhotos:
		return slices.EqualFunc(v.Photos, w.Photos, func(p, q market.Photo) bool {
			return p == q || p.Remote != "" && p.Remote == q.Remote
		})
	case market.KindLongText, market.KindText, market.KindPhone:
		return strings.Join(strings.Fields(v.Text), " ") == strings.Join(strings.Fields(w.Text), " ") &&
			(f.Kind != market.KindLongText || strings.TrimSpace(v.Text) == strings.TrimSpace(w.Text))
	}
	return v.Equal(w)
}
