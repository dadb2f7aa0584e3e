package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"bazarbot/sandbox/md999"
)

// smallAd is the ad the played seller makes, in the words of the stand-in's
// catalogue. 999.md has no Kyrgyz: it speaks Russian then.
type smallAd struct {
	category, subcategory, offer, region, city, sector string
}

var smallAds = map[string]smallAd{
	"ru": {"Электроника", "Мобильные телефоны", "Продам", "Кишинёв", "Кишинёв", "Центр"},
	"ro": {"Electronică", "Telefoane mobile", "Vând", "Chișinău", "Chișinău", "Centru"},
}

const (
	adTitle = "iPhone 14, 128 GB"
	adText  = "Works, one owner.\nWith box & cable <original>."
	adPrice = "9 500 €"
)

// play has a seller's whole conversation: an ad on 999.md and, with a bot of both
// markets, then one on O!Market.
func play(ctx context.Context, t *town, lang string, both bool, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, playWithin)
	defer cancel()
	p, err := newPlayer(t, lang, out)
	if err != nil {
		return err
	}
	p.both = both
	if err := p.playAd(ctx, t); err != nil || !both {
		return err
	}
	return p.playLot(ctx, t)
}

// playAd goes from /start to the ad in the seller's list, and looks into 999.md
// whether it holds what was answered.
func (p *player) playAd(ctx context.Context, t *town) error {
	for _, part := range []func(context.Context) error{p.connect, p.smallAd, p.publish, p.lookAtAds} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	adverts := t.md999.Adverts(demoKey)
	if len(adverts) != 1 {
		return fmt.Errorf("999.md holds %d ads, not one", len(adverts))
	}
	if err := checkSmallAd(adverts[0]); err != nil {
		return err
	}
	_, err := fmt.Fprintf(p.out, "\n  999.md holds the ad as it was answered, with %d photos. %d answers and presses.\n", photosOf(adverts[0]), p.turns)
	return err
}

// connect starts, begins an ad and gives the key it is asked for.
func (p *player) connect(ctx context.Context) error {
	p.command("start")
	if err := p.seeText(ctx, "home.greeting"); err != nil {
		return err
	}
	if err := p.press("button.new_ad"); err != nil {
		return err
	}
	if err := p.chooseMarket(ctx, "999.md"); err != nil {
		return err
	}
	if err := p.see(ctx, "999.md", p.text("field.api_key")); err != nil {
		return err
	}
	p.say(demoKey)
	return p.seeText(ctx, "connect.done")
}

// ad is the small ad in the words the market shows this player.
func (p *player) ad() smallAd {
	if ad, ok := smallAds[p.lang]; ok {
		return ad
	}
	return smallAds["ru"]
}

// smallAd answers what the market asks of a phone.
func (p *player) smallAd(ctx context.Context) error {
	ad := p.ad()
	for _, choice := range []string{ad.category, ad.subcategory, ad.offer} {
		if err := p.choose(ctx, choice); err != nil {
			return err
		}
	}
	for _, answer := range []struct{ see, text string }{
		{"ask.title", adTitle}, {"ask.description", adText}, {"ask.price", adPrice},
	} {
		if err := p.seeText(ctx, answer.see); err != nil {
			return err
		}
		p.say(answer.text)
	}
	for _, choice := range []string{ad.region, ad.city, ad.sector} {
		if err := p.choose(ctx, choice); err != nil {
			return err
		}
	}
	return p.sendPhotos(ctx)
}

func (p *player) sendPhotos(ctx context.Context) error {
	if err := p.seeText(ctx, "ask.photos"); err != nil {
		return err
	}
	return p.album(picture(1), picture(2))
}

// choose presses an option once it is there.
func (p *player) choose(ctx context.Context, label string) error {
	if err := p.see(ctx, label); err != nil {
		return err
	}
	return p.pressLabel(label)
}

// publish presses the button with the cost, and waits for the ad's link.
func (p *player) publish(ctx context.Context) error {
	if err := p.see(ctx, p.text("review.heading"), adTitle, "9\u00a0500", p.text("button.photos", "Count", "2")); err != nil {
		return err
	}
	if err := p.press("button.publish_for"); err != nil {
		return err
	}
	return p.seeText(ctx, "publish.done", "button.my_ads")
}

// lookAtAds opens the list and the ad's card.
func (p *player) lookAtAds(ctx context.Context) error {
	if err := p.press("button.my_ads"); err != nil {
		return err
	}
	if err := p.see(ctx, p.text("ads.heading"), adTitle); err != nil {
		return err
	}
	if err := p.pressLabel("🟢 " + adTitle); err != nil {
		return err
	}
	return p.see(ctx, adTitle, p.text("button.open_ad"))
}

// checkSmallAd compares what the market holds with what was answered.
func checkSmallAd(ad md999.Advert) error {
	want := map[string]any{
		"12": adTitle, "13": adText, "2": int64(9500), "7": "12900", "8": "13859", "9": "15664",
	}
	for id, value := range want {
		got, ok := ad.Feature(id)
		if !ok || got.Value != value {
			return fmt.Errorf("999.md holds feature %s as %v, not as %v", id, got.Value, value)
		}
	}
	if price, _ := ad.Feature("2"); price.Unit != "eur" {
		return fmt.Errorf("999.md holds the price in %q", price.Unit)
	}
	contacts, _ := ad.Feature("16")
	if phones, ok := contacts.Value.([]string); !ok || !slices.Equal(phones, []string{"37378888888"}) {
		return fmt.Errorf("999.md holds the contacts %v", contacts.Value)
	}
	if n := photosOf(ad); n != 2 {
		return fmt.Errorf("999.md holds %d photos, not 2", n)
	}
	return nil
}

func photosOf(ad md999.Advert) int {
	images, _ := ad.Feature("14")
	ids, _ := images.Value.([]string)
	return len(ids)
}
