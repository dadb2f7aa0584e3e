package omarket

import (
	"context"
	"errors"
	"time"

	"bazarbot/market"
	"bazarbot/market/catalogue"
)

// What is spent on learning while somebody waits.
const (
	samplePatience = 5 * time.Second // how long a person waits for it
	sampleBudget   = 12              // requests for one category
	sampleWindow   = time.Hour       // in which they are spent at most
	sampleAgain    = 2 * time.Minute // after a sample that failed
)

// Learnt says what learning brought.
type Learnt struct {
	Requests int // made
	Ads      int // seen in full
	Filters  int // that were not known
	Options  int // of filters, that were not known
	Places   int // that were not known
}

// Learn looks at ads of a category, the newest first, and keeps what they tell
// of its filters and of places, with at most budget requests. What was learnt
// before an error stays learnt, and is counted.
func (c *Client) Learn(ctx context.Context, key market.Secret, category string, budget int) (Learnt, error) {
	s, err := open("learn", key)
	if err != nil {
		return Learnt{}, err
	}
	if !digits.MatchString(category) {
		return Learnt{}, refused("learn", market.Invalid, errors.New("an id of the market is a number"))
	}
	sum, _, err := c.sample(ctx, s, ident(category), budget, 0)
	if err == nil { // nobody has to wait for a sample of it any more
		amend(ctx, c.known, keptSamples+category, func(was sampled) (sampled, bool) {
			if !was.From.IsZero() {
				return was, false
			}
			return sampled{From: c.now()}, true
		})
	}
	return sum, err
}

// sample is Learn within a session. It looks at the ads behind the newest skip
// ones, and tells whether it came to the end of them.
func (c *Client) sample(ctx context.Context, s *session, category ident, budget, skip int) (sum Learnt, end bool, err error) {
	filter := wireFilter{Main: wireMainFilters{Order: string(market.OrderNew), Category: category.count()}}
	learn := func(ads ...wireAd) {
		news := c.known.learn(ctx, lessonOf(ads...))
		sum.Filters, sum.Options, sum.Places = sum.Filters+news.filters, sum.Options+news.options, sum.Places+news.places
	}
	for page := 1; sum.Requests < budget; page++ {
		found, err := c.adsPage(ctx, s, filter, page)
		sum.Requests++
		if err != nil {
			return sum, false, err
		}
		learn(found.Results...)
		behind := found.Results[min(skip, len(found.Results)):]
		skip -= len(found.Results) - len(behind)
		for _, listed := range behind {
			if sum.Requests >= budget {
				return sum, false, nil
			}
			if listed.UUID == "" {
				continue
			}
			ad, err := c.details(ctx, s, string(listed.UUID))
			sum.Requests++
			if market.KindOf(err) == market.NotFound {
				continue // it went meanwhile
			}
			if err != nil {
				return sum, false, err
			}
			sum.Ads++
			learn(ad)
		}
		if found.Next == "" {
			return sum, true, nil
		}
	}
	return sum, false, nil
}

// sampleFor learns a category's filters when some of them are lacking, and once
// in any case: an ad that passed by may have taught one option of many. It is
// one sample for all who ask at the same time, within the budget of all
// replicas. Whoever asks waits a few seconds at most; the sample goes on, and
// what it brings later is there for the next form.
func (c *Client) sampleFor(ctx context.Context, s *session, category ident, filters []ident) {
	if len(filters) == 0 || !digits.MatchString(string(category)) {
		return
	}
	before := recall[sampled](ctx, c.known, keptSamples+string(category))
	if c.now().Sub(before.From) < recallEvery { // another process may be at it
		c.known.doubtFilters(filters)
	}
	if !before.From.IsZero() && len(c.known.lacks(ctx, filters)) == 0 {
		return
	}
	c.await(ctx, "sample "+string(category), func(ctx context.Context) error {
		return c.sampleOnce(ctx, s, category, keptSamples+string(category), 0)
	})
	c.known.doubtFilters(filters) // whichever process has learnt them
}

// Gather looks at further ads of the category that was answered, behind those
// that were looked at before, for options and places that the form does not
// offer yet; the next form has what it brought. It is bounded as the samples
// that forms make by themselves, out of a budget of its own.
func (c *Client) Gather(ctx context.Context, key market.Secret, answers market.Answers) error {
	s, err := open("gather", key)
	if err != nil {
		return err
	}
	category := ident(Query(answers).Category)
	if !digits.MatchString(string(category)) {
		return nil
	}
	first := recall[sampled](ctx, c.known, keptSamples+string(category))
	recent := c.now().Sub(first.From) < sampleWindow
	if recent && first.Whole { // every ad was seen a moment ago
		return nil
	}
	kept := keptGathered + string(category)
	skip := recall[sampled](ctx, c.known, kept).Depth
	if skip == 0 && recent {
		skip = first.Depth
	}
	c.await(ctx, "gather "+string(category), func(ctx context.Context) error {
		return c.sampleOnce(ctx, s, category, kept, skip)
	})
	return nil
}

// await waits a few seconds for work that is done once for all who ask for it
// at the same time, and goes on without those who wait.
func (c *Client) await(ctx context.Context, name string, work func(context.Context) error) {
	ctx, cancel := context.WithTimeout(ctx, c.known.patience)
	defer cancel()
	once := catalogue.Key{Market: market.OMarket, Name: name, Fresh: time.Second, Private: true}
	_, err := catalogue.Get(ctx, c.cache, once,
		func(ctx context.Context) ([]byte, error) { return []byte(name), work(ctx) },
		func(body []byte) (string, error) { return string(body), nil })
	if err != nil {
		c.log.Debug("omarket: learn", "work", name, "err", err)
	}
}

// sampleOnce samples a category behind its newest skip ads, if the budget that
// is kept under a key allows.
func (c *Client) sampleOnce(ctx context.Context, s *session, category ident, key string, skip int) error {
	granted := 0
	amend(ctx, c.known, key, func(was sampled) (sampled, bool) {
		var is sampled
		is, granted = was.claim(c.now())
		return is, granted > 0
	})
	if granted == 0 {
		return nil
	}
	sum, end, err := c.sample(ctx, s, category, granted, skip)
	amend(ctx, c.known, key, func(was sampled) (sampled, bool) {
		is := was.settle(c.now(), granted-sum.Requests, err)
		is.Depth, is.Whole = skip+sum.Ads, end && skip == 0
		if end {
			is.Depth = 0
		}
		return is, true
	})
	c.log.Info("omarket: learnt from a sample", "category", category, "skipped", skip,
		"requests", sum.Requests, "filters", sum.Filters, "options", sum.Options, "places", sum.Places, "err", err)
	return err
}

// sampled is what was spent on learning a category, by all replicas.
type sampled struct {
	From  time.Time `json:"from"`  // when its window began
	Spent int       `json:"spent"` // requests since then
	Next  time.Time `json:"next"`  // no sample before
	// Depth is how many of the newest ads were looked at; 0 once the last of
	// them was. Whole tells that all of them were at once.
	Depth int  `json:"depth,omitempty"`
	Whole bool `json:"whole,omitempty"`
}

// claim takes all that is left of the window's budget; 0 when it is spent, or
// somebody is at it, or there was nothing more to learn a while ago.
func (s sampled) claim(now time.Time) (sampled, int) {
	if now.Sub(s.From) >= sampleWindow || now.Before(s.From) {
		s = sampled{From: now, Depth: s.Depth}
	}
	granted := sampleBudget - s.Spent
	if granted <= 0 || now.Before(s.Next) {
		return s, 0
	}
	s.Spent, s.Next = sampleBudget, s.From.Add(sampleWindow)
	return s, granted
}

// settle gives back what was not used. After a failure the category may be
// sampled again soon.
func (s sampled) settle(now time.Time, unused int, err error) sampled {
	s.Spent = max(0, s.Spent-unused)
	if err != nil {
		s.Next = now.Add(sampleAgain)
	}
	return s
}
