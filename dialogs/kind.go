package dialogs

import "bazarbot/market"

// kind is what is done once for all fields of one kind: asking, understanding
// the answer, and showing it.
type kind interface {
	// prompt asks.
	prompt(f Field, st *FormState) Text
	// buttons adds the buttons that answer.
	buttons(v *View, f Field, st *FormState)
	// press works one of these buttons. Without done the question stays, as
	// the state now is; why tells what is wrong.
	press(f Field, st *FormState, op, arg string) (v market.Value, done bool, why Text)
	// parse works a typed answer, likewise.
	parse(f Field, st *FormState, text string) (v market.Value, done bool, why Text)
	// show renders an answer.
	show(f Field, v market.Value) Text
}

// kindOfField gives the behaviour of a field's kind.
func kindOfField(f Field) kind {
	if f.own != nil {
		return f.own
	}
	switch f.Kind {
	case market.KindLongText:
		return textKind{long: true}
	case market.KindNumber, market.KindQuantity:
		return numberKind{}
	case market.KindRange:
		return rangeKind{}
	case market.KindYesNo:
		return yesNoKind{}
	case market.KindChoice, market.KindLocation:
		return choiceKind{}
	case market.KindChoices, market.KindContacts:
		return choicesKind{}
	case market.KindPhotos:
		return photosKind{}
	case market.KindVideos:
		return videosKind{}
	case market.KindSecret:
		return secretKind{}
	case market.KindCode:
		return codeKind{}
	case market.KindPhone:
		return phoneKind{}
	}
	return textKind{}
}

// buttonless is embedded by kinds that are only typed.
type buttonless struct{}

func (buttonless) buttons(*View, Field, *FormState) {}

func (buttonless) press(Field, *FormState, string, string) (market.Value, bool, Text) {
	return market.Value{}, false, Text{}
}
