package omarket

import (
	"context"
	"errors"
	"sync"
	"time"

	"bazarbot/market"
)

// vault keeps the sessions of accounts in memory, as storage keeps them.
type vault struct {
	mu       sync.Mutex
	accounts map[string]*kept
	claims   int   // won
	fail     error // what every call answers
	waited   chan struct{}
}

type kept struct {
	secret  market.Secret
	version int64
	until   time.Time // a claim's end
}

func newVault() *vault { return &vault{accounts: map[string]*kept{}, waited: make(chan struct{}, 1)} }

// put stores a secret, as a sign-in does.
func (v *vault) put(account string, secret market.Secret) {
	v.mu.Lock()
	defer v.mu.Unlock()
	k := v.accounts[account]
	if k == nil {
		k = &kept{}
		v.accounts[account] = k
	}
	k.secret, k.version, k.until = secret, k.version+1, time.Time{}
}

func (v *vault) tokens(account string) tokens {
	v.mu.Lock()
	defer v.mu.Unlock()
	t, _ := unpack(v.accounts[account].secret)
	return t
}

func (v *vault) claimed(account string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return !v.accounts[account].until.IsZero()
}

func (v *vault) Credentials(_ context.Context, account string) (market.Secret, int64, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if k := v.accounts[account]; k != nil && v.fail == nil {
		return k.secret, k.version, nil
	}
	return "", 0, errors.Join(v.fail, errors.New("no such account"))
}

func (v *vault) ClaimRefresh(_ context.Context, account string, version int64, until time.Time) (bool, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	k := v.accounts[account]
	if k.version != version || time.Now().Before(k.until) {
		select {
		case v.waited <- struct{}{}:
		default:
		}
		return false, v.fail
	}
	k.until = until
	v.claims++
	return true, v.fail
}

func (v *vault) SaveRefreshed(_ context.Context, account string, version int64, secret market.Secret) (bool, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	k := v.accounts[account]
	if v.fail != nil || k.version != version {
		return false, v.fail
	}
	k.secret, k.version, k.until = secret, version+1, time.Time{}
	return true, nil
}

func (v *vault) DropClaim(_ context.Context, account string, version int64) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if k := v.accounts[account]; k.version == version {
		k.until = time.Time{}
	}
	return v.fail
}
