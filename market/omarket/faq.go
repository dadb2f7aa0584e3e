package omarket

import (
	"context"

	"bazarbot/market"
	"bazarbot/market/remote"
)

// faqPage is a page of questions, as it is kept.
type faqPage struct {
	Entries []market.FAQEntry
	Next    bool
}

// FAQ gives a page, from 1, of the market's answers to frequent questions, and
// whether there is another. They are in the market's own language, whatever
// lang is.
//
// Description: "FAQ".
func (c *Client) FAQ(ctx context.Context, key market.Secret, _ market.Lang, page int) (entries []market.FAQEntry, next bool, err error) {
	s, err := open("get FAQ", key)
	if err != nil {
		return nil, false, err
	}
	call := get("get FAQ", "/api/ads-board/faq/", pageQuery(page))
	found, err := cached(ctx, c, s, call, freshFAQ, decodeFAQ)
	return found.Entries, found.Next, err
}

func decodeFAQ(body []byte) (faqPage, error) {
	var wire struct {
		Next    ident `json:"next"`
		Results *many[struct {
			Title   ident `json:"title"`
			Content ident `json:"content"`
		}] `json:"results"`
	}
	if err := decode(body, &wire); err != nil {
		return faqPage{}, err
	}
	if wire.Results == nil {
		return faqPage{}, remote.ErrGarbled
	}
	page := faqPage{Next: wire.Next != ""}
	for _, r := range *wire.Results {
		entry := market.FAQEntry{Title: plainText(string(r.Title)), Text: plainText(string(r.Content))}
		if entry.Title != "" || entry.Text != "" {
			page.Entries = append(page.Entries, entry)
		}
	}
	return page, nil
}
