package omarket

import (
	"context"

	"bazarbot/market"
	"bazarbot/market/remote"
)

// FAQ gives a page, from 1, of the market's answers to frequent questions. They
// are in the market's own language, whatever lang is.
//
// Description: "FAQ".
func (c *Client) FAQ(ctx context.Context, key market.Secret, _ market.Lang, page int) (market.FAQPage, error) {
	s, err := open("get FAQ", key)
	if err != nil {
		return market.FAQPage{}, err
	}
	call := get("get FAQ", "/api/ads-board/faq/", pageQuery(page))
	answer, err := found(ctx, c, s, call, freshFAQ, decodeFAQ)
	if answer.Stale {
		answer.Value.AsOf = answer.Fetched
	}
	return answer.Value, err
}

func decodeFAQ(body []byte) (market.FAQPage, error) {
	var wire struct {
		Next    ident `json:"next"`
		Results *many[struct {
			Title   ident `json:"title"`
			Content ident `json:"content"`
		}] `json:"results"`
	}
	if err := decode(body, &wire); err != nil {
		return market.FAQPage{}, err
	}
	if wire.Results == nil {
		return market.FAQPage{}, remote.ErrGarbled
	}
	page := market.FAQPage{Next: wire.Next != ""}
	for _, r := range *wire.Results {
		entry := market.FAQEntry{Title: plainText(string(r.Title)), Text: plainText(string(r.Content))}
		if entry.Title != "" || entry.Text != "" {
			page.Entries = append(page.Entries, entry)
		}
	}
	return page, nil
}
