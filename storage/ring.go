package storage

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// ErrSealed is returned for a value that the key ring cannot open: its key is
// missing, or it is not where it was sealed.
var ErrSealed = errors.New("storage: a sealed value cannot be opened")

const (
	sealVersion = 1
	keySize     = 32 // AES-256
	maxKeyID    = 32
)

// Ring holds the keys that seal what people wrote. Values are sealed with the
// first key and opened with whichever sealed them.
type Ring struct {
	current string
	keys    map[string]cipher.AEAD
	names   map[string][]byte // by key: what usernames are hashed with
}

// ParseRing reads a ring as it stands in the settings: "id:key,id2:key2", each
// key 32 bytes in base64, the first the current one. Its errors never hold a key.
func ParseRing(s string) (*Ring, error) {
	r := &Ring{keys: make(map[string]cipher.AEAD), names: make(map[string][]byte)}
	for i, part := range strings.Split(s, ",") {
		id, text, ok := strings.Cut(strings.TrimSpace(part), ":")
		if !ok || id == "" || len(id) > maxKeyID {
			return nil, fmt.Errorf("storage: key %d of the ring is not of the form id:base64 (an id has at most %d characters)", i+1, maxKeyID)
		}
		key, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(key) != keySize {
			return nil, fmt.Errorf("storage: key %q of the ring is not %d bytes in base64", id, keySize)
		}
		if _, twice := r.keys[id]; twice {
			return nil, fmt.Errorf("storage: key %q is twice in the ring", id)
		}
		if r.keys[id], err = newAEAD(key); err != nil {
			return nil, fmt.Errorf("storage: key %q: %w", id, err)
		}
		if r.names[id], err = nameKey(key); err != nil {
			return nil, fmt.Errorf("storage: key %q: %w", id, err)
		}
		if i == 0 {
			r.current = id
		}
	}
	return r, nil
}

// NewKey makes a random key with an id, ready to stand in a ring.
func NewKey(id string) string {
	key := make([]byte, keySize)
	rand.Read(key) // never fails
	return id + ":" + base64.StdEncoding.EncodeToString(key)
}

// String names the current key, so that a ring in a log shows no key.
func (r *Ring) String() string { return "ring(" + r.current + ")" }

// GoString hides the keys from %#v too.
func (r *Ring) GoString() string { return r.String() }

func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// place is where a sealed value stands. A value moved to another owner, table
// or column does not open.
type place struct{ owner, table, column string }

func (p place) String() string { return p.table + "." + p.column + " of " + p.owner }

// data is authenticated with the value. No part holds a zero byte.
func (p place) data() []byte {
	b := make([]byte, 0, len(p.owner)+len(p.table)+len(p.column)+2)
	b = append(b, p.owner...)
	b = append(b, 0)
	b = append(b, p.table...)
	b = append(b, 0)
	return append(b, p.column...)
}

// seal closes plain with the current key: version, length of the key's id, id,
// nonce, box. Nil stays nil, so that NULL stays NULL.
func (r *Ring) seal(at place, plain []byte) []byte {
	if plain == nil {
		return nil
	}
	return r.sealWith(r.current, at, plain)
}

func (r *Ring) sealWith(id string, at place, plain []byte) []byte {
	aead := r.keys[id]
	head := r.head(id)
	box := make([]byte, len(head)+aead.NonceSize(), len(head)+aead.NonceSize()+len(plain)+aead.Overhead())
	copy(box, head)
	nonce := box[len(head):]
	rand.Read(nonce) // never fails
	return aead.Seal(box, nonce, plain, at.data())
}

// head is how every value starts that is sealed with the key.
func (r *Ring) head(id string) []byte {
	return append([]byte{sealVersion, byte(len(id))}, id...)
}

// open gives back what seal closed at the same place.
func (r *Ring) open(at place, sealed []byte) ([]byte, error) {
	if sealed == nil {
		return nil, nil
	}
	id, rest, ok := cutKeyID(sealed)
	if !ok {
		return nil, fmt.Errorf("%w: %s is damaged", ErrSealed, at)
	}
	aead, ok := r.keys[id]
	if !ok {
		return nil, fmt.Errorf("%w: %s %w", ErrSealed, at, &missingKey{id})
	}
	if len(rest) < aead.NonceSize() {
		return nil, fmt.Errorf("%w: %s is damaged", ErrSealed, at)
	}
	nonce, box := rest[:aead.NonceSize()], rest[aead.NonceSize():]
	plain, err := aead.Open(make([]byte, 0, len(box)), nonce, box, at.data())
	if err != nil {
		return nil, fmt.Errorf("%w: %s does not fit key %q", ErrSealed, at, id)
	}
	return plain, nil
}

func cutKeyID(sealed []byte) (id string, rest []byte, ok bool) {
	if len(sealed) < 2 || sealed[0] != sealVersion || len(sealed) < 2+int(sealed[1]) {
		return "", nil, false
	}
	end := 2 + int(sealed[1])
	return string(sealed[2:end]), sealed[end:], true
}

// missingKey is why a value cannot be opened though it may be sound.
type missingKey struct{ id string }

func (e *missingKey) Error() string {
	return fmt.Sprintf("needs key %q, which is not in the ring", e.id)
}
