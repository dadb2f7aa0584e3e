package omarket

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"bazarbot/market"
)

// state is what a PUT says of an ad, by the market's names.
type state map[string]any

// filterAnswer is an ad's answer to one filter.
type filterAnswer struct {
	ID    int `json:"filter_id"`
	Value any `json:"value"`
}

// The members of a state that are no field's key.
const (
	memberCurrency = "currency"
	memberFilters  = "filters"
)

// ComposeAd makes the body of the PUT that turns a draft of the market into an
// ad, from the answers and by the form as it is now. images are the addresses
// that UploadTo gave, the cover first. What has no answer is not sent: the
// draft holds nothing yet. Nor is a list whose options lack the person's own,
// whatever the form requires: the market decides.
//
// Answers that do not fit the form (any more) are market.Invalid with the keys
// in Fields; the reasons are empty, because they are ours and not the market's.
//
// Description: "Редактирование объявления".
func (c *Client) ComposeAd(ctx context.Context, key market.Secret, lang market.Lang, answers market.Answers, images []string) (json.RawMessage, error) {
	s, err := open("compose", key)
	if err != nil {
		return nil, err
	}
	b := builder{c: c, s: s, lang: lang, say: wordsIn(lang), answers: answers}
	if err := b.ask(ctx); err != nil {
		return nil, err
	}
	body, unfit := state{}, map[string]string{}
	for _, f := range b.form.Fields {
		answer := answers[f.Key]
		sent, err := b.encode(f, answer, images)
		excused := f.Open && answer.Without
		if err != nil || sent == nil && f.Required && !excused {
			unfit[f.Key] = ""
			continue
		}
		body.take(sent)
	}
	if len(unfit) > 0 || len(b.form.Blocked) > 0 || !b.form.Complete {
		return nil, unfitAnswers("compose", b.form, unfit)
	}
	return body.marshal()
}

// unfitAnswers is the error of answers that cannot be sent.
func unfitAnswers(op string, form market.Form, unfit map[string]string) error {
	err := refused(op, market.Invalid, fmt.Errorf("the answers do not fit the form: %d fields, %d blocked", len(unfit), len(form.Blocked)))
	err.Fields = unfit
	return err
}

// take adds members; answers to filters join those that are there.
func (s state) take(members state) {
	for name, value := range members {
		more, isFilters := value.([]filterAnswer)
		if !isFilters {
			s[name] = value
			continue
		}
		for _, answer := range more {
			s.answer(answer)
		}
	}
}

// answer sets an answer to a filter, in the place of a former one.
func (s state) answer(a filterAnswer) {
	have, _ := s[memberFilters].([]filterAnswer)
	have = slices.Clone(have)
	if i := slices.IndexFunc(have, func(b filterAnswer) bool { return a.ID == b.ID }); i >= 0 {
		have[i] = a
	} else {
		have = append(have, a)
	}
	s[memberFilters] = have
}

// marshal encodes without escaping what only HTML would need.
func (s state) marshal() (json.RawMessage, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(map[string]any(s)); err != nil {
		return nil, fmt.Errorf("omarket: compose: %w", err)
	}
	return bytes.TrimSpace(b.Bytes()), nil
}

var (
	errOption = errors.New("not among the options")
	errUnit   = errors.New("not among the units")
	errNumber = errors.New("not a number")
	errPhone  = errors.New("not a Kyrgyz phone number")
	errName   = errors.New("not a Telegram name")
)

// encode gives the members of the body that an answer makes; nil when there is
// nothing to send. Ids and prices are numbers, as documented.
func (b *builder) encode(f market.Field, v market.Value, images []string) (state, error) {
	for _, id := range v.Options {
		if _, ok := f.Option(id); !ok {
			return nil, errOption
		}
	}
	if filter, ok := b.filters[f.Key]; ok {
		return encodeFilter(filter, v)
	}
	var value any
	switch f.Kind {
	case market.KindPhotos:
		if len(images) > 0 {
			value = distinct(images)
		}
	case market.KindYesNo:
		if yes(v) {
			value = true
		}
	case market.KindChoice, market.KindLocation:
		return encodeChoice(f, v)
	case market.KindQuantity:
		return encodePrice(f, v)
	default:
		text, err := plainAnswer(f, v.Text)
		if err != nil {
			return nil, err
		}
		if text != "" {
			value = text
		}
	}
	if value == nil {
		return nil, nil
	}
	return state{f.Key: value}, nil
}

// distinct leaves each picture once, where it stands first: the market refuses
// one that is named twice.
func distinct(images []string) []string {
	var once []string
	for _, image := range images {
		if !slices.Contains(once, image) {
			once = append(once, image)
		}
	}
	return once
}

func encodeFilter(f filterFacts, v market.Value) (state, error) {
	if v.Number != "" && decimal(v.Number) == "" {
		return nil, errNumber
	}
	value := f.encode(v)
	if value == nil {
		return nil, nil
	}
	return state{memberFilters: []filterAnswer{{f.ID.count(), value}}}, nil
}

// encodeChoice sends the category's id of whichever level comes last, and
// places as the numbers they are.
func encodeChoice(f market.Field, v market.Value) (state, error) {
	id := v.Option()
	switch {
	case id == "":
		return nil, nil
	case len(v.Options) > 1:
		return nil, errOption
	case f.Role == market.RoleCategory:
		return state{keyCategory: ident(id).count()}, nil
	case f.Key == keyPlace:
		return state{f.Key: ident(id).count()}, nil
	}
	return state{f.Key: id}, nil
}

func encodePrice(f market.Field, v market.Value) (state, error) {
	switch {
	case v.Number == "":
		return nil, nil
	case decimal(v.Number) == "":
		return nil, errNumber
	case !slices.Contains(f.Units, v.Unit):
		return nil, errUnit
	}
	return state{f.Key: decimal(v.Number), memberCurrency: v.Unit}, nil
}

// plainAnswer is a text as the market takes it.
func plainAnswer(f market.Field, text string) (string, error) {
	switch {
	case strings.TrimSpace(text) == "":
		return "", nil
	case f.Kind == market.KindLongText:
		return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")), nil
	case f.Key == keyWhatsApp:
		number, ok := Phone(text)
		if !ok {
			return "", errPhone
		}
		return number, nil
	case f.Key == keyTelegram:
		name := username(text)
		if name == "" {
			return "", errName
		}
		return name, nil
	}
	return strings.Join(strings.Fields(text), " "), nil
}
