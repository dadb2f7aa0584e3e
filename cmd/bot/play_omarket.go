package main

import (
	"context"
	"errors"
	"fmt"

	"bazarbot/sandbox/omarket"
)

// The phone that the played seller puts on O!Market, which speaks Russian only.
const (
	lotTitle = "iPhone 13, 128 ГБ, как новый"
	lotPrice = "35 000 сом"
	lotPlace = "Бишкек"
	password = "Bazar-2026-kg"
)

// lotPath leads to the category of the phone that the played seller sells, and
// lotFilters are what the market requires of it.
var (
	lotPath    = []string{"Электроника", "Телефоны"}
	lotFilters = []string{"Apple", "Б/у", "128 ГБ"}
)

// kyrgyzNumber is a person's number as O!Market writes it.
func kyrgyzNumber(person int64) string { return fmt.Sprintf("996770%06d", person%1_000_000) }

// phone is the player's own number.
func (p *player) phone() string { return kyrgyzNumber(p.person.ID()) }

// typed is a market's number as people here type it.
func typed(msisdn string) string {
	return "0" + msisdn[3:6] + " " + msisdn[6:8] + "-" + msisdn[8:10] + "-" + msisdn[10:]
}

// playLot puts an ad on O!Market, signing up on the way, and looks into the
// market whether it holds what was answered.
func (p *player) playLot(ctx context.Context, t *town) error {
	for _, part := range []func(context.Context) error{p.beginLot, p.answerLot, p.sendLot} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	if err := p.signUp(ctx, t.omarket); err != nil {
		return err
	}
	if err := p.seeText(ctx, "publish.moderated", "button.my_ads"); err != nil {
		return err
	}
	if err := p.lookAtLots(ctx); err != nil {
		return err
	}
	lots := t.omarket.Ads(p.phone())
	if len(lots) != 1 {
		return fmt.Errorf("O!Market holds %d ads, not one", len(lots))
	}
	if err := checkLot(lots[0]); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(p.out, "\n  O!Market holds the ad as it was answered, with %d photos, and checks it. %d answers and presses in all.\n",
		len(lots[0].Images), p.turns); err != nil {
		return err
	}
	return p.hearOfLot(ctx, t.omarket, lots[0].UUID)
}

// hearOfLot has the ad pass its check, and sees that the seller is told.
func (p *player) hearOfLot(ctx context.Context, market *omarket.Server, ad string) error {
	if err := market.Decide(ad, omarket.Active, ""); err != nil {
		return err
	}
	return p.see(ctx, p.text("watched.passed", "Title", lotTitle, "Market", "O!Market"), p.text("watched.open"))
}

// beginLot begins an ad from home, up to its category.
func (p *player) beginLot(ctx context.Context) error {
	p.command("start")
	if err := p.seeText(ctx, "home.greeting"); err != nil {
		return err
	}
	if err := p.press("button.new_ad"); err != nil {
		return err
	}
	return p.chooseMarket(ctx, "O!Market")
}

// chooseMarket answers which market an ad is for, where there is a choice.
func (p *player) chooseMarket(ctx context.Context, name string) error {
	if !p.both {
		return nil
	}
	return p.choose(ctx, name)
}

// answerLot answers what the market asks of a phone, up to the review.
func (p *player) answerLot(ctx context.Context) error {
	for _, choice := range lotPath {
		if err := p.choose(ctx, choice); err != nil {
			return err
		}
	}
	if err := p.seeText(ctx, "ask.title"); err != nil {
		return err
	}
	p.say(lotTitle)
	if err := p.seeText(ctx, "ask.price"); err != nil {
		return err
	}
	p.say(lotPrice)
	for _, choice := range append([]string{lotPlace}, lotFilters...) {
		if err := p.choose(ctx, choice); err != nil {
			return err
		}
	}
	return p.sendPhotos(ctx)
}

// sendLot presses "Publish" on the review.
func (p *player) sendLot(ctx context.Context) error {
	if err := p.seeLot(ctx); err != nil {
		return err
	}
	return p.press("button.publish")
}

func (p *player) seeLot(ctx context.Context) error {
	return p.see(ctx, p.text("review.heading"), lotTitle, "35\u00a0000", p.text("button.photos", "Count", "2"))
}

// signUp gives the number, a password and the code of the SMS.
func (p *player) signUp(ctx context.Context, market *omarket.Server) error {
	if err := p.givePassword(ctx, password); err != nil {
		return err
	}
	if err := p.see(ctx, p.text("field.code")); err != nil {
		return err
	}
	code := market.Code(p.phone())
	if code == "" {
		return errors.New("O!Market has sent no SMS")
	}
	p.say(code)
	return nil
}

// givePassword gives the number and a password.
func (p *player) givePassword(ctx context.Context, password string) error {
	if err := p.seeText(ctx, "field.phone"); err != nil {
		return err
	}
	p.say(typed(p.phone()))
	if err := p.seeText(ctx, "field.password"); err != nil {
		return err
	}
	p.say(password)
	return nil
}

// lookAtLots opens the list and the ad's card.
func (p *player) lookAtLots(ctx context.Context) error {
	if err := p.press("button.my_ads"); err != nil {
		return err
	}
	if err := p.see(ctx, p.text("ads.heading"), lotTitle); err != nil {
		return err
	}
	if err := p.pressLabel("🕓 " + lotTitle); err != nil {
		return err
	}
	return p.see(ctx, lotTitle, p.text("state.moderate"), p.text("act.button.delete"))
}

// checkLot compares what the market holds with what was answered.
func checkLot(ad omarket.Ad) error {
	want := omarket.Ad{Status: omarket.Moderate, Title: lotTitle, AdType: "sell", Price: "35000", Currency: "som", Category: 31, Location: 1}
	got := omarket.Ad{
		Status: ad.Status, Title: ad.Title, AdType: ad.AdType, Price: ad.Price, Currency: ad.Currency, Category: ad.Category, Location: ad.Location,
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		return fmt.Errorf("O!Market holds %+v, not %+v", got, want)
	}
	filters := map[int]any{}
	for _, f := range ad.Filters {
		filters[f.ID] = f.Value
	}
	if fmt.Sprint(filters) != fmt.Sprint(map[int]any{311: "3101", 301: "3012", 313: "3132"}) {
		return fmt.Errorf("O!Market holds the filters %v", filters)
	}
	if len(ad.Images) != 2 || ad.Uploads != 2 {
		return fmt.Errorf("O!Market holds %d photos of %d that were sent, not 2", len(ad.Images), ad.Uploads)
	}
	return nil
}
