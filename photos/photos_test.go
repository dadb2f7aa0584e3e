package photos

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"bazarbot/market"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestEncodeTakesEveryFormat(t *testing.T) {
	t.Parallel()
	upright := quarters(80, 40)
	pictures := map[string][]byte{
		"jpeg":       jpegOf(t, upright),
		"grey jpeg":  jpegOf(t, image.NewGray(image.Rect(0, 0, 80, 40))),
		"png":        pngOf(t, upright),
		"deep png":   pngOf(t, image.NewNRGBA64(image.Rect(0, 0, 80, 40))),
		"gif":        gifOf(t, 80, 40),
		"webp":       webpOf(80, 40, 0),
		"webp, exif": webpOf(80, 40, 1),
	}
	for name, data := range pictures {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if out := encoded(t, data); out.Bounds().Dx() != 80 || out.Bounds().Dy() != 40 {
				t.Errorf("size %v, want 80×40", out.Bounds())
			}
		})
	}
}

// The four quarters of the picture as it is meant to be seen: red and green
// above, blue and white below.
func TestEncodeStandsPicturesUpright(t *testing.T) {
	t.Parallel()
	upright := quarters(96, 48)
	for o := orientation(1); o <= 8; o++ {
		stored := turnedBack(upright, o)
		for name, data := range map[string][]byte{
			"jpeg":             withJPEGExif(jpegOf(t, stored), exif(int(o), binary.BigEndian)),
			"jpeg, little end": withJPEGExif(jpegOf(t, stored), exif(int(o), binary.LittleEndian)),
			"png":              withPNGExif(pngOf(t, stored), exif(int(o), binary.BigEndian)),
		} {
			out := encoded(t, data)
			if out.Bounds() != upright.Rect {
				t.Errorf("%s, orientation %d: size %v, want %v", name, o, out.Bounds(), upright.Rect)
				continue
			}
			for _, p := range []image.Point{{12, 12}, {84, 12}, {12, 36}, {84, 36}} {
				if got, want := out.At(p.X, p.Y), upright.At(p.X, p.Y); !near(got, want) {
					t.Errorf("%s, orientation %d: at %v %v, want %v", name, o, p, got, want)
				}
			}
		}
		out := encoded(t, webpOf(80, 40, int(o)))
		if got, sideways := out.Bounds().Dx() == 40, o >= 5; got != sideways {
			t.Errorf("webp, orientation %d: size %v", o, out.Bounds())
		}
	}
}

func TestEncodeIgnoresNonsenseOrientation(t *testing.T) {
	t.Parallel()
	for _, o := range []int{0, 9, 65535} {
		out := encoded(t, withJPEGExif(jpegOf(t, quarters(96, 48)), exif(o, binary.BigEndian)))
		if out.Bounds().Dx() != 96 {
			t.Errorf("orientation %d: size %v", o, out.Bounds())
		}
	}
	damaged := exif(6, binary.BigEndian)[:14]
	encoded(t, withJPEGExif(jpegOf(t, quarters(96, 48)), damaged))
}

func TestEncodeShrinks(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ w, h, wantW, wantH int }{
		{2560, 40, 2560, 40},
		{2561, 100, 2560, 99},
		{6000, 60, 2560, 25},
		{300, 5200, 147, 2560},
		{30000, 1, 2560, 1},
	} {
		out := encoded(t, jpegOf(t, image.NewGray(image.Rect(0, 0, tt.w, tt.h))))
		if got := out.Bounds(); got.Dx() != tt.wantW || got.Dy() != tt.wantH {
			t.Errorf("%d×%d became %v, want %d×%d", tt.w, tt.h, got, tt.wantW, tt.wantH)
		}
	}
}

func TestEncodePutsTransparencyOnWhite(t *testing.T) {
	t.Parallel()
	for _, side := range []int{64, 3000} { // as it is, and shrunk
		clear := image.NewNRGBA(image.Rect(0, 0, side, 32))
		out := encoded(t, pngOf(t, clear))
		if got := out.At(out.Bounds().Dx()/2, out.Bounds().Dy()/2); !near(got, color.White) {
			t.Errorf("%d wide: a transparent picture became %v", side, got)
		}
	}
}

func TestEncodeStripsMetadata(t *testing.T) {
	t.Parallel()
	private := append(exif(1, binary.BigEndian), "GPS 47.0105 28.8638"...)
	for name, data := range map[string][]byte{
		"jpeg": withJPEGExif(jpegOf(t, quarters(80, 40)), private),
		"png":  withPNGExif(pngOf(t, quarters(80, 40)), private),
	} {
		out, err := Encode(data)
		if err != nil {
			t.Fatal(name, err)
		}
		for _, trace := range []string{"Exif", "GPS", "\xFF\xE1", "eXIf"} {
			if bytes.Contains(out, []byte(trace)) {
				t.Errorf("%s: the result still holds %q", name, trace)
			}
		}
	}
}

func TestEncodeGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	data := withJPEGExif(jpegOf(t, noise(300, 200)), exif(6, binary.BigEndian))
	first, err := Encode(data)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			again, err := Encode(data)
			if err != nil || !bytes.Equal(first, again) {
				t.Errorf("another result for the same picture (%v)", err)
			}
		})
	}
	all.Wait()
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	whole := jpegOf(t, noise(300, 200))
	for name, tt := range map[string]struct {
		data []byte
		want market.PhotoFault
	}{
		"nothing":            {nil, market.PhotoUnreadable},
		"text":               {[]byte("not a picture at all"), market.PhotoUnreadable},
		"heic":               {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), market.PhotoFormat},
		"bmp":                {append([]byte("BM"), make([]byte, 60)...), market.PhotoFormat},
		"truncated jpeg":     {whole[:len(whole)/2], market.PhotoUnreadable},
		"jpeg without data":  {whole[:20], market.PhotoUnreadable},
		"truncated png":      {pngOf(t, noise(100, 100))[:500], market.PhotoUnreadable},
		"truncated webp":     {webpOf(80, 40, 0)[:25], market.PhotoUnreadable},
		"png bomb":           {pngHeader(50000, 50000), market.PhotoTooLarge},
		"jpeg bomb":          {resizedHeader(whole, 65000, 65000), market.PhotoTooLarge},
		"webp bomb":          {webpOf(16000, 16000, 0), market.PhotoTooLarge},
		"webp bomb, hidden":  {webpHidden(), market.PhotoUnreadable},
		"just too large":     {pngHeader(8001, 5000), market.PhotoTooLarge},
		"just not too large": {pngHeader(8000, 5000), market.PhotoUnreadable}, // it has no pixels
		"progressive bomb":   {progressive(6300, 6300), market.PhotoTooLarge},
		"too many scans":     {append(bytes.Clone(whole[:len(whole)-2]), bytes.Repeat([]byte{0xFF, 0xDA, 0, 2}, 1000)...), market.PhotoUnreadable},
		"too heavy":          {append(bytes.Clone(whole), make([]byte, 21<<20)...), market.PhotoTooHeavy},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := Encode(tt.data)
			var fault *market.PhotoError
			if !errors.As(err, &fault) || fault.Fault != tt.want || out != nil {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestDamageNeverPanics(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(9, 99))
	for _, whole := range [][]byte{
		withJPEGExif(jpegOf(t, noise(60, 50)), exif(6, binary.LittleEndian)),
		withPNGExif(pngOf(t, noise(60, 50)), exif(3, binary.BigEndian)),
		webpOf(80, 40, 8), gifOf(t, 60, 50),
	} {
		for range 300 {
			data := bytes.Clone(whole[:random.IntN(len(whole))+1])
			for range 4 {
				data[random.IntN(len(data))] = byte(random.Uint32())
			}
			_, err := Encode(data)
			var fault *market.PhotoError
			if err != nil && !errors.As(err, &fault) {
				t.Fatalf("an error of another kind: %v", err)
			}
		}
	}
}

func FuzzEncode(f *testing.F) {
	f.Add(webpOf(80, 40, 8))
	f.Add(pngHeader(10, 10))
	f.Fuzz(func(t *testing.T, data []byte) {
		if info, err := Check(data); err != nil || info.Width*info.Height > 1_000_000 {
			return
		}
		_, _ = Encode(data)
	})
}

func TestCheckTellsWhatThePictureIs(t *testing.T) {
	t.Parallel()
	got, err := Check(pngOf(t, noise(30, 20)))
	if want := (Info{Format: "png", Width: 30, Height: 20, weight: 30 * 20 * 4}); err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
	_, err = Check(pngHeader(50000, 50000))
	if err == nil || !strings.Contains(err.Error(), "50000 × 50000") {
		t.Errorf("the error for the log does not tell the size: %v", err)
	}
}

func encoded(t *testing.T, data []byte) image.Image {
	t.Helper()
	out, err := Encode(data)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := jpeg.Decode(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

func jpegOf(t *testing.T, picture image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t *testing.T, picture image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gifOf(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gif.Encode(&b, noise(w, h), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func BenchmarkEncode(b *testing.B) {
	for name, size := range map[string]image.Point{"12 megapixels": {4000, 3000}, "40 megapixels": {8000, 5000}} {
		var data bytes.Buffer
		photo := image.NewYCbCr(image.Rect(0, 0, size.X, size.Y), image.YCbCrSubsampleRatio420)
		for i := range photo.Y { // uneven, as a photo is
			photo.Y[i] = byte(i>>4) ^ byte(i*i>>9)&31
		}
		if err := jpeg.Encode(&data, photo, nil); err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(data.Len()))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Encode(data.Bytes()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
