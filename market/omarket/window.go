package omarket

import "sync/atomic"

// window is a page of a list as its reader counts pages. The market's pages
// have a size of their own, which the description does not name and no request
// changes, so a window is cut out of as many of them as it touches.
type window struct {
	page int           // from 1
	size int           // 0: the market's own pages
	own  *atomic.Int32 // how many ads a page of the market has; 0: not seen yet
}

const maxWindow = 100

func (w window) number() int { return max(w.page, 1) }

// read gives the ads of the window, and how many there are in all. When the
// market's pages turn out to have another size than before, it begins again.
func (w window) read(fetch func(page int) (adsPage, error)) (ads []wireAd, count int, err error) {
	if w.size <= 0 {
		page, err := fetch(w.number())
		return page.Results, page.Count.count(), err
	}
	ads, count, fits, err := w.cut(fetch)
	if err == nil && !fits {
		w.own.Store(0)
		ads, count, _, err = w.cut(fetch)
	}
	return ads, count, err
}

// cut reads the market's pages from the one that the window begins in. fits is
// false when that one may have been the wrong one.
func (w window) cut(fetch func(page int) (adsPage, error)) (ads []wireAd, count int, fits bool, err error) {
	size := min(w.size, maxWindow)
	from := (w.number() - 1) * size
	own := int(w.own.Load())
	fits = true
	n, at := 1, 0 // the next page and its first ad's place in the whole list
	for {
		if own > 0 && from >= at+own {
			n, at = from/own+1, from/own*own
		}
		page, err := fetch(n)
		if err != nil {
			return nil, 0, false, err
		}
		count = max(count, page.Count.count())
		got := len(page.Results)
		more := page.Next != "" && got > 0
		if more && own == 0 {
			own = got
			w.own.Store(int32(min(own, 1<<20)))
		}
		fits = fits && (!more || got == own) && (more || n == 1 || at+got == count)
		for i, a := range page.Results {
			if at+i >= from && len(ads) < size {
				ads = append(ads, a)
			}
		}
		at += got
		if !more || len(ads) == size {
			return ads, count, fits, nil
		}
		n++
	}
}

// pageSize is how many ads a page of the reader has; got are those of this one.
func (w window) pageSize(got int) int {
	if w.size <= 0 {
		return got
	}
	return min(w.size, maxWindow)
}
