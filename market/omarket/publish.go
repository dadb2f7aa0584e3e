package omarket

import (
	"context"
	"encoding/json"
	"net/http"

	"bazarbot/market"
	"bazarbot/market/remote"
)

// An ad comes to be in steps: it is opened, which gives its uuid, its photos go
// up to that uuid one by one, and Put says everything else. Nobody sees it
// before that. market.UnknownOutcome of any step means that it may have taken
// effect; only Open leaves something behind when it is done again, an empty ad
// that nobody sees and that cannot be listed.

// Open begins an ad and gives its uuid.
//
// Description: "Создание объявления".
func (c *Client) Open(ctx context.Context, key market.Secret) (uuid string, err error) {
	call := write("open ad", http.MethodPost, "/api/ads-board/v1/ads/initial/")
	body, err := c.inSession(ctx, key, call)
	if err != nil {
		return "", err
	}
	var id ident
	if err := decode(body, &id); err != nil || !adID.MatchString(string(id)) {
		return "", garbled(call, remote.ErrGarbled)
	}
	return string(id), nil
}

// Put says what the ad is; body is the whole of it, as ComposeAd writes it. The
// market then checks the ad again. Saying the same twice does no harm. A refusal
// names the fields by the keys of the form.
//
// Description: "Редактирование объявления".
func (c *Client) Put(ctx context.Context, key market.Secret, uuid string, body json.RawMessage) (market.Ad, error) {
	call, err := adCall("put ad", http.MethodPut, uuid, "")
	if err != nil {
		return market.Ad{}, err
	}
	call.Call, call.sent = call.WithJSON(body), sentFilters(body)
	said, err := c.inSession(ctx, key, call)
	if err != nil {
		c.explain(ctx, key, body, err)
		c.refusedAd(ctx, body, err)
		return market.Ad{}, err
	}
	var a wireAd
	if decode(said, &a) != nil || a.UUID == "" {
		a.UUID = ident(uuid) // it was taken, whatever the answer looks like
	}
	c.known.learn(ctx, lessonOf(a))
	return c.ad(a, market.Russian), nil
}

// Delete removes the ad for good. One that is not there any more is no error.
//
// Description: "Удаление обьявления".
func (c *Client) Delete(ctx context.Context, key market.Secret, uuid string) error {
	call, err := adCall("delete ad", http.MethodDelete, uuid, "")
	if err != nil {
		return err
	}
	return c.remove(ctx, key, call)
}

// remove makes a write that is done when what it removes is not there.
func (c *Client) remove(ctx context.Context, key market.Secret, call call) error {
	_, err := c.inSession(ctx, key, call)
	if market.KindOf(err) == market.NotFound {
		return nil
	}
	return err
}

// inSession makes a call that needs the account of key.
func (c *Client) inSession(ctx context.Context, key market.Secret, call call) ([]byte, error) {
	s, err := signed(call.Op, key)
	if err != nil {
		return nil, err
	}
	return c.do(ctx, s, call)
}
