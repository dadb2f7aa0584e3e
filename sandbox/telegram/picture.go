package telegram

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	_ "image/gif" // a photo may be sent in this format, and in those below
	"image/jpeg"
	_ "image/png" // see image/gif

	xdraw "golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // see image/gif
)

// What a photo may be. Section: #sendphoto ("width and height must not exceed
// 10000 in total, ratio must be at most 20").
const (
	maxSides    = 10000
	maxRatio    = 20
	largestSide = 2560 // Telegram stores no larger size
	smallSide   = 320
)

// pictureSize is one size of a photo, ready to be stored.
type pictureSize struct {
	width, height int
	jpeg          []byte
}

// makeSizes decodes a photo and makes its sizes, the smallest first. A JPEG that
// is small enough keeps its bytes; everything else is encoded anew, as Telegram
// does with all.
func makeSizes(data []byte) ([]pictureSize, error) {
	conf, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, badRequest("IMAGE_PROCESS_FAILED")
	}
	long, short := max(conf.Width, conf.Height), min(conf.Width, conf.Height)
	if short == 0 || conf.Width+conf.Height > maxSides || long > short*maxRatio {
		return nil, badRequest("PHOTO_INVALID_DIMENSIONS")
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, badRequest("IMAGE_PROCESS_FAILED")
	}
	var sizes []pictureSize
	if long > smallSide {
		small, err := encode(scale(img, smallSide))
		if err != nil {
			return nil, err
		}
		sizes = append(sizes, small)
	}
	if format == "jpeg" && long <= largestSide {
		return append(sizes, pictureSize{conf.Width, conf.Height, bytes.Clone(data)}), nil
	}
	full, err := encode(scale(img, largestSide))
	if err != nil {
		return nil, err
	}
	return append(sizes, full), nil
}

func encode(img image.Image) (pictureSize, error) {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 85}); err != nil {
		return pictureSize{}, badRequest("IMAGE_PROCESS_FAILED")
	}
	b := img.Bounds()
	return pictureSize{b.Dx(), b.Dy(), out.Bytes()}, nil
}

// scale fits the image into a square, on white where it is transparent.
func scale(img image.Image, side int) image.Image {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	if long := max(w, h); long > side {
		w, h = max(1, w*side/long), max(1, h*side/long)
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(out, out.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	xdraw.ApproxBiLinear.Scale(out, out.Bounds(), img, b, draw.Over, nil)
	return out
}
