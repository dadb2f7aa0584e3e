package photos

import (
	"bytes"
	"testing"
)

// What a camera puts into a photo's segments and behind its end says nothing of
// the photo.
func TestScansOfThePhotoOnly(t *testing.T) {
	t.Parallel()
	plain := jpegOf(t, noise(64, 48))
	marks := bytes.Repeat([]byte{0xFF, markerSOF2, 0xFF, markerSOS}, 1000)
	for name, tt := range map[string]struct {
		data        []byte
		scans       int
		progressive bool
	}{
		"plain":          {plain, 1, false},
		"progressive":    {progressive(64, 48), 1, true},
		"a small one":    {withJPEGExif(plain, marks), 1, false},
		"a film":         {append(bytes.Clone(plain), marks...), 1, false},
		"without an end": {append(plain[:len(plain)-2:len(plain)-2], 0xFF, markerSOS, 0), 2, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if scans, progressive := jpegScans(tt.data); scans != tt.scans || progressive != tt.progressive {
				t.Errorf("%d scans, progressive: %v", scans, progressive)
			}
		})
	}
	if _, err := Encode(append(bytes.Clone(plain), marks...)); err != nil {
		t.Error("with a film:", err)
	}
}
