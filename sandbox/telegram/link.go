package telegram

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"
)

// The reasons for which Telegram refuses a link.
var (
	errURLProtocol = errors.New("Unsupported URL protocol") //nolint:staticcheck // Telegram's own words
	errURLHost     = errors.New("URL host is empty")
	errURLWrong    = errors.New("Wrong HTTP URL") //nolint:staticcheck // Telegram's own words
)

// checkLink gives a link as Telegram stores it. It takes http, https and tg
// links; a host without a dot ("localhost") is no address to Telegram.
func checkLink(link string) (string, error) {
	link = strings.TrimSpace(link)
	lower := strings.ToLower(link)
	if rest, ok := strings.CutPrefix(lower, "tg:"); ok {
		if strings.Trim(rest, "/") == "" {
			return "", errURLHost
		}
		return link, nil
	}
	if !strings.Contains(lower, "://") {
		if scheme, _, ok := strings.Cut(lower, ":"); ok && !strings.ContainsAny(scheme, "./") {
			return "", errURLProtocol // javascript:, mailto:
		}
		link = "http://" + link
	}
	u, err := url.Parse(link)
	if err != nil {
		return "", errURLWrong
	}
	if s := strings.ToLower(u.Scheme); s != "http" && s != "https" {
		return "", errURLProtocol
	}
	host := u.Hostname()
	if host == "" {
		return "", errURLHost
	}
	if _, err := netip.ParseAddr(host); err != nil && !strings.Contains(host, ".") {
		return "", errURLWrong
	}
	if strings.ContainsAny(host, " \t\n\"'<>") {
		return "", errURLWrong
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String(), nil
}
