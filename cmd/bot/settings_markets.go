package main

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"

	"bazarbot/market"
	"bazarbot/market/md999"
	"bazarbot/market/omarket"
)

// checkMarkets tells which markets are on: those that are named, or else every
// one whose settings are complete.
func (s *settings) checkMarkets() (faults []string) {
	named := fields(s.Markets)
	for _, name := range named {
		switch id := market.ID(name); id {
		case market.MD999, market.OMarket:
			if !slices.Contains(s.markets, id) {
				s.markets = append(s.markets, id)
			}
		default:
			faults = append(faults, fmt.Sprintf("MARKETS names %q, which is not known: known are 999md and omarket", name))
		}
	}
	if len(named) == 0 {
		s.markets = []market.ID{market.MD999}
		if s.OMarketKey != "" && s.OMarketURL != "" {
			s.markets = append(s.markets, market.OMarket)
		}
	}
	if err := md999.CheckURL(s.MD999URL); err != nil {
		faults = append(faults, "MD999_URL must be an https address: "+md999.DefaultURL)
	}
	if slices.Contains(s.markets, market.OMarket) {
		faults = append(faults, s.checkOMarket()...)
	}
	return faults
}

func (s *settings) checkOMarket() (faults []string) {
	if s.OMarketKey == "" {
		faults = append(faults, "OMARKET_API_KEY is missing: O!Market gives it to operators")
	}
	switch {
	case s.OMarketURL == "":
		faults = append(faults, "OMARKET_URL is missing: the address of O!Market's API")
	case omarket.CheckURL(s.OMarketURL) != nil:
		faults = append(faults, "OMARKET_URL must be an https address")
	case strings.TrimRight(s.OMarketURL, "/") == omarket.StagingURL && s.OMarketStaging != "true":
		faults = append(faults, "OMARKET_URL is the staging host, where ads reach no buyer: set OMARKET_STAGING=true if that is meant")
	}
	if s.OMarketStaging != "" && s.OMarketStaging != "true" && s.OMarketStaging != "false" {
		faults = append(faults, "OMARKET_STAGING is neither true nor false")
	}
	if !headerName(s.OMarketHeader) {
		faults = append(faults, "OMARKET_API_KEY_HEADER is no name of a header: it looks like "+omarket.DefaultKeyHeader)
	}
	if s.OMarketSite != "" && !webAddress(s.OMarketSite, "https") {
		faults = append(faults, "OMARKET_SITE is no https address")
	}
	if s.OMarketKnown == "" {
		return faults
	}
	if err := s.readKnown(); err != nil {
		faults = append(faults, "OMARKET_KNOWN_FILE: "+err.Error())
	}
	return faults
}

func (s *settings) readKnown() error {
	file, err := os.Open(s.OMarketKnown)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	s.known, err = omarket.ReadKnown(file)
	return err
}

func headerName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) && http.CanonicalHeaderKey(name) != "Authorization"
}
