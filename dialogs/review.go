package dialogs

import "bazarbot/market"

// review shows the ad as it will be, and what publishing costs.
func (newAd) review(t *Turn, f *Frame, st *FormState, q questions) (View, bool) {
	var v View
	d, err := t.draft(f.Draft)
	if err != nil || d == nil {
		return v, true
	}
	m := t.market(d.Market)
	v.say(say("review.heading", "Market", marketName(d.Market)))
	for _, paragraph := range answersText(st, q) {
		v.say(paragraph)
	}
	if len(q.leftOut) > 0 {
		v.say(say("review.left_out", "Fields", join(", ", list(q.leftOut)...)))
	}
	t.sayQuota(&v, *d, st)
	publish := say("button.publish")
	if price := m.Capabilities().PostPrice; !price.IsZero() {
		cost := amountExact(price)
		v.say(say("review.cost", "Cost", cost))
		publish = say("button.publish_for", "Cost", cost)
	}
	v.row(button(publish, opCommit, ""))
	edit, details := button(say("button.edit"), opMenu, menuEdit), Button{}
	if open := st.optional(q); len(open) > 0 {
		details = button(say("button.details", "Count", len(open)), opMenu, menuDetails)
	}
	v.row(details)
	v.row(edit)
	for _, field := range q.fields {
		if field.Kind == market.KindPhotos {
			v.row(button(say("button.photos", "Count", len(st.Answers[field.Key].Photos)), opEdit, field.Key))
		}
	}
	v.row(button(say("button.home"), opHome, ""), button(say("button.cancel"), opCancel, ""))
	return v, true
}

// amountExact is money as it stands in buttons; one leu has a form of its own.
func amountExact(m market.Money) Text {
	if m.Amount == "1" && m.Currency == "mdl" {
		return say("money.one_leu")
	}
	return amount(m.Amount, m.Currency)
}

// answersText lists all answers, the market's groups apart, within what one
// message holds.
func answersText(st *FormState, q questions) []Text {
	var paragraphs []Text
	var lines []Text
	group := ""
	for _, f := range q.fields {
		v, ok := st.Answers[f.Key]
		if !ok || v.IsZero() || f.Key == fieldMarket {
			continue
		}
		if f.Group != group && len(lines) > 0 {
			paragraphs = append(paragraphs, join("\n", lines...))
			lines = nil
		}
		group = f.Group
		lines = append(lines, say("review.line", "Name", f.name(), "Value", kindOfField(f).show(f, v)))
	}
	return append(paragraphs, join("\n", lines...))
}
