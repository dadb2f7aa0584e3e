package dialogs

import (
	"maps"
	"slices"

	"bazarbot/market"
)

// Operations of a card that open something else.
const (
	opPrice     = "pri"
	opEditAd    = "eda"
	opCopy      = "cpy"
	opSold      = "sld"
	opEditAgain = "eag" // of a notice; its Arg is a kept form's frame
)

// changeButtons come first on a card: the price is what changes most.
func changeButtons() []Button {
	return []Button{button(say("edit.price"), opPrice, ""), button(say("button.edit"), opEditAd, "")}
}

// furtherButtons come after what the market itself can do with the ad.
func furtherButtons(ad market.Ad, caps market.Capabilities) []Button {
	buttons := []Button{button(say("edit.copy"), opCopy, "")}
	if caps.Hide && ad.State == market.StatePublic || !caps.Hide && caps.Delete && ad.State == market.StateActive {
		buttons = append(buttons, button(say("edit.sold"), opSold, ""))
	}
	return buttons
}

// pressChange works the buttons above.
func (t *Turn) pressChange(card *Frame, op string) error {
	switch op {
	case opPrice:
		t.openEdit(card, onlyPrice)
	case opEditAd:
		t.openEdit(card, "")
	case opCopy:
		return t.copyAd(card)
	case opSold: // markets that cannot delete only hide; the person hears that
		if _, m, err := t.accountAndMarket(card); err != nil || m == nil || !m.Capabilities().Hide {
			card.setArg("confirm", string(market.ActDelete))
			return err
		}
		if card.arg("job") == "" {
			card.setArg("sold", "1")
		}
		return t.act(card, market.AdJob{Action: market.ActHide})
	}
	return nil
}

// copyAd makes a draft of all that an ad holds. Its pictures are with the
// market already and keep their ids.
func (t *Turn) copyAd(card *Frame) error {
	account, m, err := t.accountAndMarket(card)
	if err != nil || m == nil {
		return err
	}
	_, held, err := m.EditForm(t, account.Secret, t.s.Lang, card.arg("ad"), nil)
	if err != nil {
		return err
	}
	st := (&FormState{Answers: maps.Clone(held)}).ready()
	st.Answers[fieldAccount] = market.OptionValue(account.ID)
	st.Answers[fieldMarket] = market.OptionValue(string(m.ID()))
	t.note = say("edit.copied")
	_, err = t.openAd(market.Draft{ID: newID(10), State: market.DraftOpen, Market: m.ID(), Account: account.ID}, st)
	return err
}

// leaveForeignPhotos takes pictures out of a draft that only the market has:
// they are of the account the draft had before, and no other may use them.
func leaveForeignPhotos(st *FormState) Text {
	left := false
	for key, v := range st.Answers {
		own := slices.DeleteFunc(slices.Clone(v.Photos), func(p market.Photo) bool { return p.FileID == "" })
		if len(own) == len(v.Photos) {
			continue
		}
		left = true
		v.Photos = own
		st.Answers[key] = v
		if v.IsZero() {
			delete(st.Answers, key)
		}
	}
	if !left {
		return Text{}
	}
	return say("edit.photos_left")
}
