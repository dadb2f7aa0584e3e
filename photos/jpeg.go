package photos

import "encoding/binary"

// Markers of a JPEG, the second byte of each.
const (
	markerTEM  = 0x01
	markerSOF2 = 0xC2 // the frame is progressive
	markerRST0 = 0xD0
	markerSOI  = 0xD8
	markerEOI  = 0xD9
	markerSOS  = 0xDA
)

// jpegScans walks over a JPEG's segments as its decoder does, up to its end: what
// stands inside a segment (a small picture of the camera's) or behind the end (a
// film of the same moment) does not count.
func jpegScans(data []byte) (scans int, progressive bool) {
	for i := 0; i+1 < len(data); {
		marker := data[i+1]
		if data[i] != 0xFF || marker == 0xFF {
			i++
			continue
		}
		i += 2
		switch {
		case marker == markerEOI:
			return scans, progressive
		case marker == 0, marker == markerTEM, marker >= markerRST0 && marker <= markerSOI:
			continue // no segment: a byte of a scan, or a mark within one
		case marker == markerSOS:
			scans++
		case marker == markerSOF2:
			progressive = true
		}
		if i+2 > len(data) {
			break
		}
		i += int(binary.BigEndian.Uint16(data[i:]))
	}
	return scans, progressive
}
