package market

import (
	"context"
	"time"
)

// Watch is a look at what became of an account's ads.
type Watch struct {
	Account Account
	Lang    Lang   // its person's
	Away    bool   // its person has left the bot, or is kept out
	Known   []byte // what the person was told last; opaque to storage, sealed; nil before the first look
	Version int64  // grows whenever the look is taken
	Due     time.Time
}

// AdChange is what a seller should hear of one of their ads. Where Was is the
// ad's State, its time is over soon.
type AdChange struct {
	Ad  Ad    `json:"ad"`
	Was State `json:"was"`
}

// Watched is what a look at an account's ads has found.
type Watched struct {
	Market  ID         `json:"market"`
	Account string     `json:"account"`
	Changes []AdChange `json:"changes,omitempty"`
	Refused bool       `json:"refused,omitempty"` // the market does not let the account in any more
}

// What ReadAds reads at most.
const (
	adPage   = 100 // ads asked for at once
	adPages  = 20  // of a market whose pages are shorter
	MostRead = 600 // ads of one account
)

// ReadAds reads an account's ads, whatever their states, page by page: all of
// them, or the first MostRead. Total is how many there are. An ad that moves
// from one page to another meanwhile is there once.
func ReadAds(ctx context.Context, read func(context.Context, AdQuery) (AdPage, error)) (ads []Ad, total int, err error) {
	seen := map[string]bool{}
	for n, got := 1, 0; n <= adPages; n++ {
		page, err := read(ctx, AdQuery{Page: n, PageSize: adPage})
		if err != nil {
			return nil, 0, err
		}
		for _, ad := range page.Ads {
			if !seen[ad.ID] {
				seen[ad.ID] = true
				ads = append(ads, ad)
			}
		}
		got += len(page.Ads)
		if len(page.Ads) == 0 || got >= page.Subtotal {
			total = len(ads)
			break
		}
		total = page.Subtotal
		if len(ads) >= MostRead {
			break
		}
	}
	if len(ads) > MostRead {
		total, ads = max(total, len(ads)), ads[:MostRead]
	}
	return ads, total, nil
}
