package md999

import (
	"errors"
	"slices"
	"testing"

	"bazarbot/market"
	sandbox "bazarbot/sandbox/md999"
)

// dropOption takes an option off a market's lists, wherever it is offered.
func dropOption(s *sandbox.Server, id string) {
	var less func([]sandbox.Option) []sandbox.Option
	less = func(options []sandbox.Option) []sandbox.Option {
		options = slices.DeleteFunc(options, func(o sandbox.Option) bool { return o.ID == id })
		for i := range options {
			options[i].Sub = less(options[i].Sub)
		}
		return options
	}
	c := sandbox.DefaultCatalogue()
	for i := range c.Categories {
		for _, sub := range c.Categories[i].Subcategories {
			for _, offer := range sub.OfferTypes {
				for _, group := range offer.Groups {
					for f := range group.Features {
						group.Features[f].Options = less(group.Features[f].Options)
					}
				}
			}
		}
	}
	s.SetCatalogue(c)
}

// A refused option is told apart from what it hangs on, and its list is read
// anew, in the seller's language too.
func TestRefusedOptionIsReadAnew(t *testing.T) {
	t.Parallel()
	c, s := withSandbox(t, sandbox.Options{})
	post := phoneAd(t, c)
	answers, _ := seller{c: c, place: market.Answers{
		"category": market.OptionValue("600"), "subcategory": market.OptionValue("601"), "offer_type": market.OptionValue("776"),
	}}.answer(t)
	city := answers["8"].Option()
	for _, lang := range market.Langs { // so that every language has its lists in memory
		if _, err := c.Form(t.Context(), testKey, lang, answers); err != nil {
			t.Fatal(err)
		}
	}
	dropOption(s, city)
	_, err := c.Create(t.Context(), testKey, post)
	var refusal *market.Error
	if !errors.As(err, &refusal) || refusal.Kind != market.Invalid {
		t.Fatalf("answered %v", err)
	}
	if _, named := refusal.Fields["8"]; !named || len(refusal.Fields) != 1 {
		t.Errorf("the fields named are %v", refusal.Fields)
	}
	for _, lang := range []market.Lang{market.Russian, market.Romanian} {
		f, err := c.Form(t.Context(), testKey, lang, answers)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(f.Fields, func(f market.Field) bool { return f.Key == "8" })
		if _, offered := f.Fields[i].Option(city); offered || len(f.Fields[i].Options) == 0 {
			t.Errorf("%s: the option is offered still: %v", lang, f.Fields[i].Options)
		}
	}
}

// A place that has gone from the catalogue is asked for anew.
func TestGonePlaceIsAskedAnew(t *testing.T) {
	t.Parallel()
	c, s := withSandbox(t, sandbox.Options{})
	post := phoneAd(t, c)
	place := market.Answers{
		"category": market.OptionValue("600"), "subcategory": market.OptionValue("601"), "offer_type": market.OptionValue("776"),
	}
	less := sandbox.DefaultCatalogue()
	for i := range less.Categories {
		subs := &less.Categories[i].Subcategories
		*subs = slices.DeleteFunc(*subs, func(s sandbox.Subcategory) bool { return s.ID == "601" })
	}
	s.SetCatalogue(less)
	if _, err := c.Create(t.Context(), testKey, post); market.KindOf(err) != market.Invalid {
		t.Fatalf("answered %v", err)
	}
	f, err := c.Form(t.Context(), testKey, market.Romanian, place)
	if err != nil {
		t.Fatal(err)
	}
	if _, offered := f.Fields[1].Option("601"); offered || f.Complete || len(f.Fields[1].Options) == 0 {
		t.Errorf("the form is %+v", f)
	}
}
