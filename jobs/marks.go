package jobs

import (
	"encoding/json"
	"slices"
	"time"

	"bazarbot/market"
)

// endsSoon is how long before its time is over a seller is reminded of an ad.
const endsSoon = 24 * time.Hour

// marks is what a seller knows of the ads of an account.
type marks struct {
	Ads   map[string]mark `json:"ads"`
	first bool            // nothing was known: what is found is no news
}

// mark is what a seller knows of one ad.
type mark struct {
	State market.State `json:"s"`
	Ends  time.Time    `json:"e,omitzero"` // they were told that its time ends then
}

// decodeMarks reads what was kept; nothing, or what cannot be read, is a first look.
func decodeMarks(kept []byte) (*marks, error) {
	first := &marks{Ads: map[string]mark{}, first: true}
	if len(kept) == 0 {
		return first, nil
	}
	var m marks
	if err := json.Unmarshal(kept, &m); err != nil || m.Ads == nil {
		return first, err
	}
	return &m, nil
}

// update notes how the ads are now, and tells what of it their seller should
// hear. Ours are those of which they were told that they are being checked.
func (m *marks) update(ads []market.Ad, ours []string, now time.Time) (changes []market.AdChange) {
	after := make(map[string]mark, len(ads))
	for _, ad := range ads {
		was, seen := m.Ads[ad.ID]
		switch {
		case seen:
		case slices.Contains(ours, ad.ID):
			was.State = market.StateModerate
		default:
			was.State = ad.State
		}
		is := mark{State: ad.State, Ends: was.Ends}
		switch {
		case worthTelling(was.State, ad.State):
			changes = append(changes, market.AdChange{Ad: ad.Slim(), Was: was.State})
		case ad.State == market.StatePublic && ad.Expires.After(now) && ad.Expires.Sub(now) < endsSoon && !was.Ends.Equal(ad.Expires):
			changes = append(changes, market.AdChange{Ad: ad.Slim(), Was: ad.State})
			is.Ends = ad.Expires
		}
		after[ad.ID] = is
	}
	m.Ads = after
	return changes
}

// checked reports whether a market is checking an ad.
func (m *marks) checked() bool {
	for _, mark := range m.Ads {
		if mark.State == market.StateModerate {
			return true
		}
	}
	return false
}

// worthTelling reports whether a seller should hear of a change. What they did
// themselves, here or on the market's site, they know.
func worthTelling(was, is market.State) bool {
	if was == is {
		return false
	}
	switch is {
	case market.StateBlocked, market.StateBlockedCommercial, market.StateCancelled, market.StateDisabled,
		market.StateExpired, market.StateNeedPay:
		return true
	case market.StatePublic, market.StateActive:
		switch was {
		case market.StateModerate, market.StateBlocked, market.StateCancelled, market.StateDisabled:
			return true
		}
	}
	return false
}
