package remote

import "time"

// Limits bound every call.
type Limits struct {
	Read   time.Duration // a read with all its tries
	Try    time.Duration // one try of a read
	Write  time.Duration
	Upload time.Duration // for Call.Timeout
	Tries  int           // of a read
	Pause  time.Duration // before the second try; grows
	Wait   time.Duration // the longest Retry-After that is waited for
	Body   int64         // bytes of an answer
}

// defaultLimits suit a person who waits and a picture over a slow line.
var defaultLimits = Limits{
	Read: 25 * time.Second, Try: 10 * time.Second,
	Write: 30 * time.Second, Upload: 90 * time.Second,
	Tries: 3, Pause: 300 * time.Millisecond, Wait: 5 * time.Second,
	Body: 8 << 20,
}
