// Package photos makes of whatever picture a person sends the JPEG that goes to
// a market: upright, without transparency, without metadata (a photo from a
// phone tells where it was taken), and no larger than a market shows.
//
// Pictures come from strangers, so nothing is decoded before its header was
// found acceptable, and memory is bounded.
package photos

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/gif" // for its decoder; the first frame counts
	"image/jpeg"
	_ "image/png" // for its decoder

	_ "golang.org/x/image/webp" // for its decoder

	"bazarbot/market"
)

const (
	maxPixels = 40_000_000
	maxBytes  = 20 << 20 // what Telegram lets a bot download
	maxSide   = 2560     // of what is sent to a market
	quality   = 88
	maxScans  = 250 // of a JPEG; real progressive ones have about ten
)

// Info is what a picture's header says. Width and Height are in pixels, as
// stored: before the orientation is applied.
type Info struct {
	Format        string // "jpeg", "png", "webp", "gif"
	Width, Height int

	weight int64 // bytes that decoding it takes
}

// Check reads a picture's header and says whether Encode would take it, as far
// as a header tells. Every error is a *market.PhotoError.
func Check(data []byte) (Info, error) {
	if len(data) > maxBytes {
		return Info{}, fault(market.PhotoTooHeavy, fmt.Errorf("%d bytes", len(data)))
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	switch {
	case errors.Is(err, image.ErrFormat) && !isPicture(data):
		return Info{}, fault(market.PhotoUnreadable, err)
	case errors.Is(err, image.ErrFormat):
		return Info{}, fault(market.PhotoFormat, err)
	case err != nil:
		return Info{}, fault(market.PhotoUnreadable, err)
	case config.Width <= 0 || config.Height <= 0:
		return Info{}, fault(market.PhotoUnreadable, errors.New("no pixels"))
	case int64(config.Width)*int64(config.Height) > maxPixels:
		return Info{}, fault(market.PhotoTooLarge, fmt.Errorf("%d × %d", config.Width, config.Height))
	}
	progressive := false
	if format == "jpeg" {
		var scans int
		if scans, progressive = jpegScans(data); scans > maxScans {
			// Each scan passes over every pixel again, and takes a few bytes only.
			return Info{}, fault(market.PhotoUnreadable, errors.New("too many scans"))
		}
	}
	info := Info{Format: format, Width: config.Width, Height: config.Height}
	info.weight = int64(info.Width) * int64(info.Height) * perPixel(data, format, progressive, config.ColorModel)
	if info.weight > memory {
		return Info{}, fault(market.PhotoTooLarge, fmt.Errorf("%d × %d, of %d bytes", info.Width, info.Height, info.weight))
	}
	return info, nil
}

// Encode gives the picture as the JPEG for a market. The same bytes in give the
// same bytes out, so a hash of the result tells whether a market already has
// it. Every error is a *market.PhotoError, except for a failure of our own.
func Encode(data []byte) ([]byte, error) {
	info, err := Check(data)
	if err != nil {
		return nil, err
	}
	defer enter(info.weight)()

	picture, turn, err := decode(data, info.Format)
	if err != nil {
		return nil, fault(market.PhotoUnreadable, err)
	}
	picture = turned(shrunk(picture), turn)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, picture, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("photos: encode: %w", err)
	}
	return out.Bytes(), nil
}

// decode reads the pixels and how they are to be turned. Decoders of formats
// made to be hostile have panicked before; here that is one more unreadable
// picture.
func decode(data []byte, format string) (picture image.Image, turn orientation, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the decoder failed: %v", r)
		}
	}()
	picture, _, err = image.Decode(bytes.NewReader(data))
	if err == nil && picture.Bounds().Empty() {
		err = errors.New("no pixels")
	}
	if err != nil {
		return nil, 0, err
	}
	return picture, orientationOf(data, format), nil
}

// isPicture recognises kinds of pictures that are not taken, so that the person
// hears "send it as JPEG" and not "damaged".
func isPicture(data []byte) bool {
	for _, magic := range []string{"BM", "II*\x00", "MM\x00*", "\x00\x00\x01\x00", "8BPS", "<svg"} {
		if bytes.HasPrefix(data, []byte(magic)) {
			return true
		}
	}
	// HEIC, AVIF: ISO media with a brand behind the first box's size.
	return len(data) > 12 && bytes.Equal(data[4:8], []byte("ftyp"))
}

func fault(f market.PhotoFault, cause error) error {
	return &market.PhotoError{Fault: f, Err: cause}
}
