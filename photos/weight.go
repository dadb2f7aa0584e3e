package photos

import (
	"image/color"
	"sync"
)

const (
	// memory is what all pictures that are being decoded may take together, in
	// bytes. A photo of 40 megapixels takes 120 MB, but there are pictures of
	// nearly no bytes that make their decoder take 20 for each pixel.
	memory = 480 << 20
	light  = memory / 2 // two so light are decoded at once
)

// perPixel is how many bytes each pixel of a picture takes while it is decoded, by
// its header: at most, where that is not told.
func perPixel(data []byte, format string, progressive bool, model color.Model) int64 {
	switch format {
	case "jpeg":
		return jpegPixel(progressive, model)
	case "png":
		return pngPixel(data)
	case "webp":
		return 8 // four, and as many while colours are put back
	default:
		return 1
	}
}

// jpegPixel counts a byte for each component. Of a progressive picture all
// coefficients are kept until the end, of four bytes each; what is not YCbCr is
// converted, which takes a copy.
func jpegPixel(progressive bool, model color.Model) int64 {
	components, copied := int64(3), int64(4)
	switch model {
	case color.GrayModel:
		components, copied = 1, 0
	case color.YCbCrModel:
		copied = 0
	case color.CMYKModel:
		components = 4
	}
	if progressive {
		components *= 5
	}
	return components + copied
}

// pngPixel reads the header's bits of a sample, and whether the picture is
// interlaced: then it is put together of parts.
func pngPixel(data []byte) int64 {
	const depth, interlaced = 24, 28
	pixel := int64(4)
	if data[depth] == 16 {
		pixel = 8
	}
	if len(data) > interlaced && data[interlaced] != 0 {
		pixel *= 2
	}
	return pixel
}

// slots bound how many pictures are decoded at once in this process, by what
// they weigh.
var slots = struct {
	take sync.Mutex // so that two heavy ones never hold one place each
	busy chan struct{}
}{busy: make(chan struct{}, 2)}

// enter waits until a picture of this weight may be decoded; leave ends it.
func enter(weight int64) (leave func()) {
	places := 1
	if weight > light {
		places = cap(slots.busy)
	}
	slots.take.Lock()
	for range places {
		slots.busy <- struct{}{}
	}
	slots.take.Unlock()
	return func() {
		for range places {
			<-slots.busy
		}
	}
}
