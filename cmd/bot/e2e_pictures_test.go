package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
)

// sideways is EXIF's orientation of a picture whose first row is its right side.
const sideways = 6

// exifBlock is a TIFF block that holds nothing but the orientation.
func exifBlock(orientation uint16) []byte {
	b := []byte("MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01")
	b = binary.BigEndian.AppendUint16(b, orientation)
	return append(b, 0, 0, 0, 0, 0, 0)
}

// clearPNG is a PNG file of one colour whose lower half shows what is behind it,
// and that says it lies on its side.
func clearPNG(t *testing.T, w, h int, c color.NRGBA) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			if y < h/2 {
				img.SetNRGBA(x, y, c)
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	const afterHeader = 8 + 25 // signature, IHDR
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(exifBlock(sideways))))
	chunk = append(append(chunk, "eXIf"...), exifBlock(sideways)...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	data := b.Bytes()
	return append(append(bytes.Clone(data[:afterHeader]), chunk...), data[afterHeader:]...)
}

// cameraJPEG is a JPEG as a camera held upright stores it: on its side, with a
// note of that.
func cameraJPEG(data []byte) []byte {
	body := append([]byte("Exif\x00\x00"), exifBlock(sideways)...)
	out := append(bytes.Clone(data[:2]), 0xff, 0xe1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(body)+2))
	return append(append(out, body...), data[2:]...)
}

// webp is a lossless WebP of 8 by 4 pixels of one colour.
func webp(t *testing.T) []byte {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA4AAAAvB8AAAAcQERGIiP4HAA==")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// hugePNG is a PNG of few bytes and 49 million pixels.
func hugePNG(t *testing.T) []byte {
	t.Helper()
	const side = 7000
	img := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.White, color.Black})
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// heldPicture decodes a picture the market holds, which must be a JPEG without
// a trace of the camera.
func heldPicture(t *testing.T, data []byte) image.Image {
	t.Helper()
	if bytes.Contains(data, []byte("Exif")) {
		t.Error("a picture keeps its metadata")
	}
	img, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("a picture of %d bytes: %v", len(data), err)
	}
	return img
}

// red is how red a picture is in its upper left, which tells the player's
// pictures apart.
func red(img image.Image) int {
	r, _, _, _ := img.At(img.Bounds().Min.X+2, img.Bounds().Min.Y+2).RGBA()
	return int(r >> 8)
}
