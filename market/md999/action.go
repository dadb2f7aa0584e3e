package md999

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"bazarbot/market"
	"bazarbot/market/remote"
)

// What is done to an ad that exists. Each call is sent once, and a 2xx answer
// is success unless its body says otherwise. market.UnknownOutcome means that
// it may have taken effect: FullAd tells, or Holds for a change, against what
// was there before. Any other error means that it has not.

// Republish puts the ad back on top of the list, for a price that the reference
// does not name. It took effect when the ad's Republished has moved.
//
// API reference: POST /adverts/{advert_id}/republish.
func (c *Client) Republish(ctx context.Context, key market.Secret, id string) error {
	return c.perform(ctx, key, remote.Write("republish ad", http.MethodPost, route("adverts", id, "republish")))
}

// Colour makes the ad stand out in lists, for a price that the reference does
// not name. It took effect when the ad is Coloured and was not before; who
// colours an ad twice can't tell the second time from the first.
//
// API reference: POST /adverts/{advert_id}/color.
func (c *Client) Colour(ctx context.Context, key market.Secret, id string) error {
	return c.perform(ctx, key, remote.Write("colour ad", http.MethodPost, route("adverts", id, "color")))
}

// SetAccess hides the ad from everybody but its owner, or shows it again.
// Saying it twice does no harm. The state tells of it only while the ad would
// be public otherwise: one that is hidden and expired is shown as expired.
//
// API reference: PUT /adverts/{advert_id}/access_policy.
func (c *Client) SetAccess(ctx context.Context, key market.Secret, id string, private bool) error {
	policy := "public"
	if private {
		policy = "private"
	}
	body, err := marshal(map[string]string{"access_policy": policy})
	if err != nil {
		return err
	}
	call := remote.Write("set access", http.MethodPut, route("adverts", id, "access_policy"))
	return c.perform(ctx, key, call.WithJSON(body))
}

// perform makes a write of whose answer nothing is needed but whether it went
// well.
func (c *Client) perform(ctx context.Context, key market.Secret, call remote.Call) error {
	body, err := c.do(ctx, key, call)
	if err != nil {
		return err
	}
	return acknowledged(key, call, body)
}

// acknowledged reads the body of a 2xx answer. The status decides, so it may be
// empty or of any shape, except for an error in it, and for what did not come
// from the market whole: half a JSON text, or somebody's page.
func acknowledged(key market.Secret, call remote.Call, body []byte) error {
	trimmed := bytes.TrimSpace(body)
	refused := refusal(key, call, remote.Answer{Status: http.StatusOK, Body: body})
	switch {
	case refused.Kind == market.NoMoney:
		return refused
	case !bytes.HasPrefix(trimmed, []byte("{")) && !bytes.HasPrefix(trimmed, []byte("<")):
		return nil
	}
	var said struct {
		Success *bool           `json:"success"`
		Error   json.RawMessage `json:"error"`
	}
	if err := json.Unmarshal(trimmed, &said); err != nil {
		return garbled(call, err)
	}
	if says(said.Error) || said.Success != nil && !*said.Success {
		return refused
	}
	return nil
}
