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

// origin is what a refused write was composed from.
type origin struct {
	lang        market.Lang
	form        func(lang string) formSource
	subcategory string
	parents     map[string]string
}

// explain finds the fields a refusal is about. It also makes the form be read
// anew, and the options that hang on its answers: the market may have changed
// them since.
func (c *Client) explain(ctx context.Context, key market.Secret, from origin, refusal *market.Error) {
	langs := wireLangs[:1] // the market's default: the route takes no language
	if wireLang(from.lang) != langs[0] {
		langs = wireLangs
	}
	var features []feature
	for _, lang := range langs {
		if known, err := c.features(ctx, key, from.form(lang)); err == nil {
			features = append(features, known...)
		}
	}
	refusal.Fields = withoutParents(namedFields(refusal.Message, features), features)
	for _, lang := range langs {
		c.cache.Expire(ctx, from.form(lang).entry)
		for parent, option := range from.parents {
			c.cache.Expire(ctx, entryKey(optionsCall(lang, from.subcategory, parent, option), freshOptions))
		}
	}
}

// parents are the answers that decide what can be answered elsewhere: option by
// feature.
func parents(form market.Form, answers market.Answers) map[string]string {
	var chosen map[string]string
	for _, f := range form.Fields {
		option := answers[f.DependsOn].Option()
		if option == "" || f.DependsOn == keyCategory || f.DependsOn == keySubcategory {
			continue
		}
		if chosen == nil {
			chosen = map[string]string{}
		}
		chosen[f.DependsOn] = option
	}
	return chosen
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

// withoutParents leaves out what is named only because another named field
// depends on it: "option 3 does not belong to feature 8" is about the option.
func withoutParents(fields map[string]string, features []feature) map[string]string {
	for _, f := range features {
		if _, named := fields[string(f.ID)]; named && f.DependsOn != f.ID {
			delete(fields, string(f.DependsOn))
		}
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
