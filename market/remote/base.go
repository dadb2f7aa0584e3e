package remote

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
)

// UserAgent is how we name ourselves to the markets.
const UserAgent = "bazarbot"

// CheckURL says what is wrong with a base URL: an API is called over https
// only, except on this very machine.
func CheckURL(base string) error {
	u, err := url.Parse(base)
	switch {
	case err != nil || u.Host == "":
		return errors.New("the base URL is no absolute URL")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return errors.New("the base URL may only hold scheme, host and path")
	case u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname()):
		return nil
	default:
		return fmt.Errorf("the base URL %s must begin with https://", u.Redacted())
	}
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Transport keeps more idle connections than the two per host that Go's
// default keeps: all accounts share one market.
func Transport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 32
	return t
}

// unredirected is the client, or one of our own for nil, that follows no
// redirect: it would lead credentials away, and a write to be sent twice.
func unredirected(given *http.Client) *http.Client {
	if given == nil {
		given = &http.Client{Transport: Transport()}
	}
	client := *given
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client
}
