package photos

import (
	"bytes"
	"image"

	"github.com/bep/imagemeta"
)

// orientation is EXIF's tag of that name: how the stored pixels are to be
// turned to stand upright. 1 and everything undefined: not at all.
type orientation int

// orientationOf reads the tag. image.Decode ignores it.
func orientationOf(data []byte, format string) orientation {
	formats := map[string]imagemeta.ImageFormat{"jpeg": imagemeta.JPEG, "png": imagemeta.PNG, "webp": imagemeta.WebP}
	kind, ok := formats[format]
	if !ok {
		return 1
	}
	found := orientation(1)
	_, err := imagemeta.Decode(imagemeta.Options{
		R: bytes.NewReader(data), ImageFormat: kind, Sources: imagemeta.EXIF,
		ShouldHandleTag: func(tag imagemeta.TagInfo) bool {
			return tag.Tag == "Orientation" && tag.Namespace == "IFD0"
		},
		HandleTag: func(tag imagemeta.TagInfo) error {
			if n, ok := tag.Value.(uint16); ok && n >= 1 && n <= 8 {
				found = orientation(n)
			}
			return imagemeta.ErrStopWalking
		},
	})
	_ = err // damaged metadata: the pixels are still good, and found is what was read until then
	return found
}

// sideways reports whether width and height change places.
func (o orientation) sideways() bool { return o >= 5 }

// source gives the stored pixel that is shown at x, y of a picture whose stored
// size is w × h.
func (o orientation) source(x, y, w, h int) (int, int) {
	switch o {
	case 2: // mirrored
		return w - 1 - x, y
	case 3: // upside down
		return w - 1 - x, h - 1 - y
	case 4: // upside down, mirrored
		return x, h - 1 - y
	case 5: // rows are columns
		return y, x
	case 6: // to be turned a quarter to the right
		return y, h - 1 - x
	case 7: // rows are columns, both backwards
		return w - 1 - y, h - 1 - x
	case 8: // to be turned a quarter to the left
		return w - 1 - y, x
	default:
		return x, y
	}
}

// turned stands a picture upright.
func turned(src image.Image, o orientation) image.Image {
	if o < 2 || o > 8 {
		return src
	}
	stored := onWhite(src)
	w, h := stored.Rect.Dx(), stored.Rect.Dy()
	size := image.Rect(0, 0, w, h)
	if o.sideways() {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range size.Dy() {
		for x := range size.Dx() {
			sx, sy := o.source(x, y, w, h)
			from, to := stored.PixOffset(sx, sy), out.PixOffset(x, y)
			copy(out.Pix[to:to+4], stored.Pix[from:from+4])
		}
	}
	return out
}
