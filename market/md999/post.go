package md999

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"bazarbot/market"
	"bazarbot/market/remote"
)

// Post is an ad ready to be sent, as it is saved before it is sent.
type Post struct {
	Body        json.RawMessage `json:"body"` // exactly what goes over the wire
	Category    string          `json:"category"`
	Subcategory string          `json:"subcategory"`
	OfferType   string          `json:"offer_type"`
	Title       string          `json:"title,omitempty"` // empty where ads have none
	Lang        market.Lang     `json:"lang,omitempty"`  // of the form it was composed from
	// Parents are the options, by feature, that decide over others' options.
	Parents map[string]string `json:"parents,omitempty"`
}

// wirePost is the body of POST /adverts.
type wirePost struct {
	Category    string        `json:"category_id"`
	Subcategory string        `json:"subcategory_id"`
	OfferType   string        `json:"offer_type"`
	Features    []wireFeature `json:"features"`
}

type wireFeature struct {
	ID    string `json:"id"`
	Value any    `json:"value"`
	Unit  string `json:"unit,omitempty"`
}

// Compose makes the body of a new ad from the answers, encoded by the types of
// the form as it is now: whole numbers with their unit, booleans, option ids,
// arrays. images are the ids that Upload gave, the cover first. Keys the form
// does not know are ignored, and a "no" is left out, since the market takes a
// check box for a thing the ad has.
//
// Answers that do not fit the form (any more) are market.Invalid with the keys
// in Fields; the reasons are empty, because they are ours and not the market's.
func (c *Client) Compose(ctx context.Context, key market.Secret, lang market.Lang, answers market.Answers, images []string) (Post, error) {
	form, err := c.Form(ctx, key, lang, answers)
	if err != nil {
		return Post{}, err
	}
	post := Post{
		Category:    answers[keyCategory].Option(),
		Subcategory: answers[keySubcategory].Option(),
		OfferType:   answers[keyOffer].Option(),
		Lang:        lang,
		Parents:     parents(form, answers),
	}
	wire := wirePost{Category: post.Category, Subcategory: post.Subcategory, OfferType: post.OfferType, Features: []wireFeature{}}
	unfit := map[string]string{}
	for _, f := range form.Fields {
		value, unit, err := encode(f, answers[f.Key], images)
		switch {
		case err != nil, value == nil && missing(f, answers[f.Key]):
			unfit[f.Key] = ""
		case value == nil || f.Key == keyCategory || f.Key == keySubcategory || f.Key == keyOffer:
		default:
			wire.Features = append(wire.Features, wireFeature{ID: f.Key, Value: value, Unit: unit})
			if f.Role == market.RoleTitle {
				post.Title, _ = value.(string)
			}
		}
	}
	if len(unfit) > 0 || len(form.Blocked) > 0 || !form.Complete {
		return Post{}, unfitAnswers("compose", form, unfit)
	}
	post.Body, err = marshal(wire)
	return post, err
}

// unfitAnswers is the error of answers that cannot be sent.
func unfitAnswers(op string, form market.Form, unfit map[string]string) error {
	return &market.Error{
		Kind: market.Invalid, Market: market.MD999, Op: op, Fields: unfit,
		Err: fmt.Errorf("the answers do not fit the form: %d fields, %d blocked", len(unfit), len(form.Blocked)),
	}
}

// missing reports whether an unsent field should have been sent. A "no" is an
// answer that is not sent, and what depends on an unanswered field cannot be.
func missing(f market.Field, v market.Value) bool {
	return f.Required && v.Yes == nil && (f.DependsOn == "" || len(f.Options) > 0)
}

// encode gives a field's wire value; nil when there is nothing to send.
func encode(f market.Field, v market.Value, images []string) (value any, unit string, err error) {
	switch f.Kind {
	case market.KindPhotos:
		return list(images), "", nil
	case market.KindVideos:
		return list(v.Links), "", nil
	case market.KindContacts:
		for _, id := range v.Options {
			if _, ok := f.Option(id); !ok {
				return nil, "", errors.New("not a phone number of the account")
			}
		}
		return list(v.Options), "", nil
	case market.KindYesNo:
		if v.Yes == nil || !*v.Yes {
			return nil, "", nil
		}
		return true, "", nil
	case market.KindNumber, market.KindQuantity:
		return encodeNumber(f, v)
	case market.KindChoice:
		if v.Option() == "" || len(f.Options) == 0 {
			return nil, "", nil
		}
		if _, ok := f.Option(v.Option()); !ok || len(v.Options) > 1 {
			return nil, "", errors.New("not among the options")
		}
		return v.Option(), "", nil
	case market.KindText:
		return text(strings.Join(strings.Fields(v.Text), " ")), "", nil
	case market.KindLongText:
		return text(strings.TrimSpace(strings.ReplaceAll(v.Text, "\r\n", "\n"))), "", nil
	default:
		return nil, "", fmt.Errorf("kind %s is not of this market", f.Kind)
	}
}

func encodeNumber(f market.Field, v market.Value) (value any, unit string, err error) {
	if v.Number == "" {
		return nil, "", nil
	}
	n, err := strconv.ParseInt(v.Number, 10, 64)
	if err != nil {
		return nil, "", errors.New("not a whole number")
	}
	if f.Kind == market.KindNumber {
		return n, "", nil
	}
	unit = v.Unit
	if unit == "" && len(f.Units) == 1 {
		unit = f.Units[0]
	}
	if !slices.Contains(f.Units, unit) {
		return nil, "", errors.New("not among the units")
	}
	return n, unit, nil
}

// list and text give nil for what is empty, so that it is not sent.
func list(items []string) any {
	if len(items) == 0 {
		return nil
	}
	return slices.Clone(items)
}

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// marshal encodes without escaping what only HTML would need.
func marshal(v any) (json.RawMessage, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(b.Bytes()), nil
}

// Create posts the ad, which costs the account Capabilities().PostPrice, and
// gives its id. It is sent once. market.UnknownOutcome means that it may exist:
// Lookup tells. Any other error means that it does not.
//
// API reference: POST /adverts.
func (c *Client) Create(ctx context.Context, key market.Secret, post Post) (adID string, err error) {
	call := remote.Write("create ad", http.MethodPost, "/adverts").WithJSON(post.Body)
	body, err := c.do(ctx, key, call)
	if err == nil {
		adID, err = createdID(key, call, body)
	}
	if refusal, ok := asRefusal(err); ok {
		p := place{post.Category, post.Subcategory, post.OfferType}
		form := func(lang string) formSource { return formOfPlace(lang, p) }
		c.explain(ctx, key, origin{post.Lang, form, post.Subcategory, post.Parents}, refusal)
	}
	return adID, err
}

func createdID(key market.Secret, call remote.Call, body []byte) (string, error) {
	var created struct {
		Advert struct {
			ID ident `json:"id"`
		} `json:"advert"`
		Error json.RawMessage `json:"error"`
	}
	err := json.Unmarshal(body, &created)
	switch {
	case err == nil && created.Advert.ID != "":
		return string(created.Advert.ID), nil
	case err == nil && says(created.Error):
		return "", refusal(key, call, remote.Answer{Status: http.StatusOK, Body: body})
	default:
		return "", garbled(call, err)
	}
}
