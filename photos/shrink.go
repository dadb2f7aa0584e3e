package photos

import (
	"image"
	"image/color"
	"image/draw"

	scale "golang.org/x/image/draw"
)

// shrunk gives the picture on white and with its longer side at most maxSide.
// It is halved until one last step is left: the quick scaler looks at four
// pixels only, and in steps of two it misses none, while the better ones take
// hundreds of megabytes for a large photo.
func shrunk(src image.Image) image.Image {
	w, h := src.Bounds().Dx(), src.Bounds().Dy()
	if max(w, h) <= maxSide {
		return flat(src)
	}
	for max(w, h) > 2*maxSide {
		w, h = (w+1)/2, (h+1)/2
		src = scaled(src, w, h)
	}
	if w >= h {
		w, h = maxSide, max(1, h*maxSide/w)
	} else {
		w, h = max(1, w*maxSide/h), maxSide
	}
	return scaled(src, w, h)
}

func scaled(src image.Image, w, h int) *image.RGBA {
	dst := white(w, h)
	scale.ApproxBiLinear.Scale(dst, dst.Rect, src, src.Bounds(), scale.Over, nil)
	return dst
}

// flat gives the picture as one the JPEG encoder takes as it is: grey and
// colour JPEGs stay what they are.
func flat(src image.Image) image.Image {
	switch src.(type) {
	case *image.YCbCr, *image.Gray:
		return src
	default:
		return onWhite(src)
	}
}

// onWhite draws the picture on white, which shows through where the picture is
// transparent.
func onWhite(src image.Image) *image.RGBA {
	if rgba, ok := src.(*image.RGBA); ok && rgba.Rect.Min == (image.Point{}) && rgba.Opaque() {
		return rgba
	}
	dst := white(src.Bounds().Dx(), src.Bounds().Dy())
	draw.Draw(dst, dst.Rect, src, src.Bounds().Min, draw.Over)
	return dst
}

func white(w, h int) *image.RGBA {
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(dst, dst.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	return dst
}
