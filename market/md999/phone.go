package md999

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"bazarbot/market"
	"bazarbot/market/catalogue"
	"bazarbot/market/remote"
)

func phonesCall(lang market.Lang) remote.Call {
	return remote.Get("get phone numbers", "/phone_numbers", langQuery(wireLang(lang)))
}

// phones lists the account's confirmed phone numbers: the only contacts an ad
// can have. They are kept for a moment, in memory, because a form is computed
// again at every step of a conversation.
//
// API reference: GET /phone_numbers.
func (c *Client) phones(ctx context.Context, key market.Secret) ([]market.Option, error) {
	call := phonesCall(market.Russian)
	account := sha256.Sum256([]byte(key))
	name := catalogue.Key{
		Market: market.MD999, Name: call.Path + "#" + hex.EncodeToString(account[:]),
		Fresh: freshPhones, Private: true,
	}
	found, err := catalogue.Get(ctx, c.cache, name,
		func(ctx context.Context) ([]byte, error) { return c.do(ctx, key, call) },
		decodePhones)
	return found.Value, err
}

func decodePhones(body []byte) ([]market.Option, error) {
	var list struct {
		Numbers *[]struct {
			Number ident `json:"phone_number"`
		} `json:"phone_numbers"`
	}
	err := json.Unmarshal(body, &list)
	if err != nil || list.Numbers == nil {
		return nil, garbled(phonesCall(market.Russian), err)
	}
	phones := make([]market.Option, 0, len(*list.Numbers))
	for _, n := range *list.Numbers {
		if n.Number != "" {
			phones = append(phones, market.Option{ID: string(n.Number), Title: "+" + string(n.Number)})
		}
	}
	return phones, nil
}
