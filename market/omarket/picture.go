package omarket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"bazarbot/market"
	"bazarbot/market/remote"
)

// maxPicture bounds a picture that is fetched.
const maxPicture = 20 << 20

// Picture brings a picture of any ad from the address the market gave for it.
// The addresses lead to another host, so neither the API key nor a token goes
// with the request.
func (c *Client) Picture(ctx context.Context, address string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, c.remote.Limits.Upload)
	defer cancel()
	fail := func(kind market.ErrorKind, cause error) error {
		return &market.Error{Kind: kind, Market: market.OMarket, Op: "get picture", Err: cause}
	}
	at, err := url.Parse(address)
	if err != nil || CheckURL(at.Scheme+"://"+at.Host) != nil {
		return nil, fail(market.Invalid, errors.New("no address of a picture"))
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fail(market.Invalid, errors.New("no address of a picture"))
	}
	req.Header.Set("User-Agent", remote.UserAgent)
	res, err := c.remote.HTTP().Do(req)
	if err != nil {
		return nil, fail(market.Unavailable, errors.New("no answer")) // the cause quotes the address
	}
	defer func() { _ = res.Body.Close() }()
	switch {
	case res.StatusCode == http.StatusNotFound, res.StatusCode == http.StatusGone:
		return nil, fail(market.Invalid, fmt.Errorf("HTTP %d", res.StatusCode))
	case res.StatusCode != http.StatusOK:
		return nil, fail(market.Unavailable, fmt.Errorf("HTTP %d", res.StatusCode))
	}
	picture, err := io.ReadAll(io.LimitReader(res.Body, maxPicture+1))
	if err != nil {
		return nil, fail(market.Unavailable, errors.New("the picture came only in part"))
	}
	if len(picture) > maxPicture {
		return nil, &market.PhotoError{Fault: market.PhotoTooHeavy}
	}
	return picture, nil
}
