package md999

import (
	"errors"
	"fmt"
	"slices"
)

// set gives an advert what was sent. Features that are not sent stay, null
// removes; features the form does not have are refused when sent and dropped
// when they are left from another offer type. The advert's features end up in
// the order of the form. The lock is held.
func (s *Server) set(a *advert, form *OfferType, features []sent, nulls bool) error {
	values := map[string]Value{}
	for _, v := range a.Features {
		values[v.ID] = v
	}
	for _, v := range features {
		f := form.feature(v.id)
		if f == nil {
			return fmt.Errorf("feature %s does not exist for this category and offer type", v.id)
		}
		delete(values, v.id)
		if nulls && v.isNull() {
			continue
		}
		value, err := f.decode(v)
		if err != nil {
			return about(f, err)
		}
		if value == nil {
			continue
		}
		stored := Value{ID: f.ID, Value: value}
		if v.unit != nil {
			stored.Unit = *v.unit
		}
		values[f.ID] = stored
	}
	a.Features = nil
	for _, f := range form.features() {
		if v, there := values[f.ID]; there {
			a.Features = append(a.Features, v)
		}
	}
	return s.check(a, form)
}

// check holds an advert against its form and account. The lock is held.
func (s *Server) check(a *advert, form *OfferType) error {
	owner := s.accounts[a.Key]
	for _, f := range form.features() {
		v, there := a.Feature(f.ID)
		if !there {
			if f.Required && (f.DependsOn == "" || len(form.options(f, a.chosen)) > 0) {
				return about(f, errors.New("is required"))
			}
			continue
		}
		var err error
		switch f.Type {
		case TypeDropDown:
			err = checkOption(a, form, f)
		case TypeImages:
			err = owner.checkImages(v.Value.([]string))
		case TypeContacts:
			err = owner.checkContacts(v.Value.([]string))
		}
		if err != nil {
			return about(f, err)
		}
	}
	return nil
}

func checkOption(a *advert, form *OfferType, f *Feature) error {
	id := a.chosen(f.ID)
	if pick(form.options(f, a.chosen), id) != nil {
		return nil
	}
	if f.DependsOn != "" {
		return fmt.Errorf("option %s does not belong to what is chosen in feature %s", id, f.DependsOn)
	}
	return fmt.Errorf("there is no option %s", id)
}

func (a *account) checkImages(ids []string) error {
	for _, id := range ids {
		if a.uploads[id] == 0 {
			return fmt.Errorf("image %s was not uploaded with this key", id)
		}
	}
	return nil
}

func (a *account) checkContacts(phones []string) error {
	for i, phone := range phones {
		if !slices.Contains(a.Phones, phone) {
			return fmt.Errorf("%s is not a phone number of this account", phone)
		}
		if slices.Contains(phones[:i], phone) {
			return fmt.Errorf("%s is given twice", phone)
		}
	}
	return nil
}

// about names the feature an error is about.
func about(f *Feature, err error) error {
	return fmt.Errorf("feature %s (%s) %w", f.ID, f.Title.Ru, err)
}
