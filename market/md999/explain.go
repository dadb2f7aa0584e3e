package md999

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"unicode/utf8"

	"bazarbot/market"
)

// asRefusal gives the error of a write whose content the market refused.
func asRefusal(err error) (*market.Error, bool) {
	var refusal *market.Error
	return refusal, errors.As(err, &refusal) && refusal.Kind == market.Invalid && refusal.Fields == nil
}

// explain finds the fields a refusal is about. It also makes the form be read
// anew: the market may have changed it since.
func (c *Client) explain(ctx context.Context, key market.Secret, own market.Lang, form func(lang string) formSource, refusal *market.Error) {
	langs := wireLangs[:1] // the market's default: the route takes no language
	if wireLang(own) != langs[0] {
		langs = wireLangs
	}
	var features []feature
	for _, lang := range langs {
		if known, err := c.features(ctx, key, form(lang)); err == nil {
			features = append(features, known...)
		}
	}
	refusal.Fields = namedFields(refusal.Message, features)
	for _, lang := range langs {
		c.cache.Expire(ctx, form(lang).entry)
	}
}

// idInMessage is a number that a message clearly means as an id: quoted, in
// brackets, or after a word that says so.
var idInMessage = regexp.MustCompile(`(?i)(?:\bfeature|\bfeature_id|\bid|характеристик\S*|#)[\s:="'#]*(\d+)|["'«(\[](\d+)["'»)\]]`)

// namedFields gives the features that a message names by id or, when it names
// none so, by title; the longest title wins over those within it.
func namedFields(message string, features []feature) map[string]string {
	fields := map[string]string{}
	ids := map[ident]bool{}
	for _, f := range features {
		ids[f.ID] = true
	}
	for _, match := range idInMessage.FindAllStringSubmatch(message, -1) {
		if id := match[1] + match[2]; ids[ident(id)] {
			fields[id] = message
		}
	}
	if len(fields) == 0 {
		if f, ok := titledFeature(message, features); ok {
			fields[string(f.ID)] = message
		}
	}
	if len(fields) == 0 {
		return nil
	}
	return fields
}

func titledFeature(message string, features []feature) (feature, bool) {
	lower := strings.ToLower(message)
	var best feature
	for _, f := range features {
		name := strings.ToLower(string(f.Title))
		if utf8.RuneCountInString(name) >= 3 && len(name) > len(best.Title) && strings.Contains(lower, name) {
			best = f
		}
	}
	return best, best.ID != ""
}
