package photos

import (
	"bytes"
	"image"
	"runtime"
	"sync"
	"testing"
	"time"
)

// How much memory a picture takes while it is decoded is known before. It is
// measured, so nothing else may run.
func TestWeight(t *testing.T) {
	const side = 1000
	opaque := image.NewNRGBA64(image.Rect(0, 0, side, side))
	for name, data := range map[string][]byte{
		"progressive": progressive(side, side),
		"jpeg":        jpegOf(t, image.NewRGBA(image.Rect(0, 0, side, side))),
		"grey jpeg":   jpegOf(t, image.NewGray(image.Rect(0, 0, side, side))),
		"png":         pngOf(t, image.NewNRGBA(image.Rect(0, 0, side, side))),
		"deep png":    pngOf(t, opaque),
		"webp":        webpOf(side, side, 0),
		"gif":         gifOf(t, side, side),
	} {
		info, err := Check(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, _, err := decode(data, info.Format); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		runtime.ReadMemStats(&after)
		const around = 2 << 20 // of the decoder itself
		if took := int64(after.TotalAlloc - before.TotalAlloc); took > info.weight+around {
			t.Errorf("%s: it took %d bytes, not at most %d", name, took, info.weight)
		}
	}
}

// An interlaced picture is put together of parts.
func TestWeightInterlaced(t *testing.T) {
	t.Parallel()
	header := pngHeader(1000, 1000)
	plain, interlaced := pngPixel(header), bytes.Clone(header)
	interlaced[28] = 1
	if got := pngPixel(interlaced); got != 2*plain {
		t.Errorf("%d bytes for a pixel, not twice %d", got, plain)
	}
}

// Light pictures share the memory, a heavy one has it for itself, and heavy ones
// that come together do not wait for each other for ever.
func TestHeavyAlone(t *testing.T) {
	a, b := enter(light), enter(light)
	entered := make(chan struct{})
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			defer enter(memory)()
			if len(slots.busy) != cap(slots.busy) {
				t.Error("a heavy picture shares the memory")
			}
			entered <- struct{}{}
		})
	}
	a()
	select {
	case <-entered:
		t.Error("a heavy picture came in beside a light one")
	default:
	}
	b()
	for range 4 {
		select {
		case <-entered:
		case <-time.After(10 * time.Second):
			t.Fatal("heavy pictures wait for each other")
		}
	}
	all.Wait()
}
