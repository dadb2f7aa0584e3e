package storage

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// noHandle stands for a person who has no username, so that an old one is no
// longer found.
const noHandle = "-"

// nameKey derives the key of usernames from one of the ring's.
func nameKey(key []byte) ([]byte, error) {
	return hkdf.Key(sha256.New, key, nil, "bazarbot usernames", sha256.Size)
}

// handle is a username as it is stored: hashed with the current key. Telegram
// tells no case apart.
func (r *Ring) handle(username string) string {
	if username == "" {
		return noHandle
	}
	return handleWith(r.names[r.current], username)
}

// handles are all that a username may be stored as: who has not been here since
// the keys were rotated is still found by the old one, while it is in the ring.
func (r *Ring) handles(username string) []string {
	all := make([]string, 0, len(r.names))
	for _, key := range r.names {
		all = append(all, handleWith(key, username))
	}
	return all
}

func handleWith(key []byte, username string) string {
	const enough = 16 // bytes: no two names will ever meet
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(strings.ToLower(username))) // never fails
	return hex.EncodeToString(mac.Sum(nil)[:enough])
}
