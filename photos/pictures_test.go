package photos

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"math/rand/v2"
)

// quarters is a picture that shows which way up it is.
func quarters(w, h int) *image.RGBA {
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{R: 255, A: 255}
			switch right, below := x >= w/2, y >= h/2; {
			case right && below:
				c = color.RGBA{R: 255, G: 255, B: 255, A: 255}
			case below:
				c = color.RGBA{B: 255, A: 255}
			case right:
				c = color.RGBA{G: 255, A: 255}
			}
			p.SetRGBA(x, y, c)
		}
	}
	return p
}

func noise(w, h int) *image.RGBA {
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	random := rand.New(rand.NewPCG(1, 2))
	for i := range p.Pix {
		p.Pix[i] = byte(random.Uint32()) | byte(255*(i%4/3))
	}
	return p
}

// turnedBack stores an upright picture as a camera does that writes the given
// orientation. It is written from the EXIF table, by where the stored first row
// and column belong, and not by the code under test.
func turnedBack(upright *image.RGBA, o orientation) *image.RGBA {
	w, h := upright.Rect.Dx(), upright.Rect.Dy()
	stored := image.NewRGBA(upright.Rect)
	if o >= 5 {
		stored = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	rowIsBottom := o == 3 || o == 4
	columnIsRight := o == 2 || o == 3
	rowIsRight := o == 6 || o == 7
	columnIsBottom := o == 7 || o == 8
	for r := range stored.Rect.Dy() {
		for c := range stored.Rect.Dx() {
			x, y := c, r
			switch {
			case o <= 4:
				if columnIsRight {
					x = w - 1 - c
				}
				if rowIsBottom {
					y = h - 1 - r
				}
			default: // rows are columns
				x, y = r, c
				if rowIsRight {
					x = w - 1 - r
				}
				if columnIsBottom {
					y = h - 1 - c
				}
			}
			stored.SetRGBA(c, r, upright.RGBAAt(x, y))
		}
	}
	return stored
}

func near(a, b color.Color) bool {
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	for _, d := range []int{int(ar) - int(br), int(ag) - int(bg), int(ab) - int(bb)} {
		if d > 0x1800 || d < -0x1800 {
			return false
		}
	}
	return true
}

// exif is a TIFF block with the one tag Orientation.
func exif(o int, order binary.AppendByteOrder) []byte {
	b := []byte("MM")
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		b = []byte("II")
	}
	b = order.AppendUint16(b, 42)
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 1)
	b = order.AppendUint16(b, 0x0112)
	b = order.AppendUint16(b, 3) // SHORT
	b = order.AppendUint32(b, 1)
	b = order.AppendUint16(b, uint16(o))
	b = order.AppendUint16(b, 0)
	return order.AppendUint32(b, 0)
}

func withJPEGExif(jpeg, tiff []byte) []byte {
	body := append([]byte("Exif\x00\x00"), tiff...)
	out := append([]byte{}, jpeg[:2]...)
	out = append(out, 0xFF, 0xE1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(body)+2))
	out = append(out, body...)
	return append(out, jpeg[2:]...)
}

func withPNGExif(png, tiff []byte) []byte {
	const afterIHDR = 8 + 25
	out := append([]byte{}, png[:afterIHDR]...)
	out = append(out, pngChunk("eXIf", tiff)...)
	return append(out, png[afterIHDR:]...)
}

func pngChunk(kind string, data []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	out = append(append(out, kind...), data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// pngHeader is a PNG that claims a size and holds nothing.
func pngHeader(w, h uint32) []byte {
	header := binary.BigEndian.AppendUint32(nil, w)
	header = binary.BigEndian.AppendUint32(header, h)
	header = append(header, 8, 6, 0, 0, 0)
	return append([]byte("\x89PNG\r\n\x1a\n"), pngChunk("IHDR", header)...)
}

// resizedHeader makes a JPEG claim another size.
func resizedHeader(jpeg []byte, w, h uint16) []byte {
	out := bytes.Clone(jpeg)
	sof := bytes.Index(out, []byte{0xFF, 0xC0})
	binary.BigEndian.PutUint16(out[sof+5:], h)
	binary.BigEndian.PutUint16(out[sof+7:], w)
	return out
}

// lossless is the VP8L chunk of a picture of one colour: every prefix code has
// one symbol, so the pixels take no bits at all and any size is a few bytes.
func lossless(w, h int) []byte {
	size := uint32(w-1) | uint32(h-1)<<14
	data := binary.LittleEndian.AppendUint32([]byte{0x2f}, size)
	return riffChunk("VP8L", append(data, 0x07, 0x10, 0x11, 0x11, 0x88, 0x88, 0xfe, 0x07, 0x00))
}

func riffChunk(kind string, data []byte) []byte {
	out := append([]byte(kind), binary.LittleEndian.AppendUint32(nil, uint32(len(data)))...)
	out = append(out, data...)
	if len(data)%2 == 1 {
		out = append(out, 0)
	}
	return out
}

func riff(chunks ...[]byte) []byte {
	body := append([]byte("WEBP"), bytes.Join(chunks, nil)...)
	out := append([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(len(body)))...)
	return append(out, body...)
}

func extended(flags byte, w, h int) []byte {
	data := []byte{flags, 0, 0, 0}
	for _, n := range []int{w - 1, h - 1} {
		data = append(data, byte(n), byte(n>>8), byte(n>>16))
	}
	return riffChunk("VP8X", data)
}

// webpOf is a WebP picture, with EXIF data when o is not 0.
func webpOf(w, h, o int) []byte {
	if o == 0 {
		return riff(lossless(w, h))
	}
	return riff(extended(1<<3, w, h), lossless(w, h), riffChunk("EXIF", exif(o, binary.LittleEndian)))
}

// webpHidden is a huge picture behind a header that says it is small.
func webpHidden() []byte { return riff(extended(0, 10, 10), lossless(16000, 16000)) }

// progressive is a grey picture in colours as a progressive JPEG: one bit for
// each block, of which a decoder keeps every coefficient until the end.
func progressive(w, h int) []byte {
	segment := func(marker byte, data ...byte) []byte {
		return append([]byte{0xFF, marker, 0, byte(len(data) + 2)}, data...)
	}
	out := append([]byte{0xFF, 0xD8}, segment(0xDB, append([]byte{0}, bytes.Repeat([]byte{1}, 64)...)...)...)
	out = append(out, segment(0xC2, 8, byte(h>>8), byte(h), byte(w>>8), byte(w), 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0)...)
	out = append(out, segment(0xC4, append([]byte{0, 1}, make([]byte, 16)...)...)...) // the code 0 is "no change"
	out = append(out, segment(0xDA, 3, 1, 0, 2, 0, 3, 0, 0, 0, 0)...)
	bits := 3 * ((w + 7) / 8) * ((h + 7) / 8)
	return append(append(out, make([]byte, bits/8+1)...), 0xFF, 0xD9)
}
