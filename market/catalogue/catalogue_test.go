package catalogue

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"bazarbot/market"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var key = Key{Market: market.MD999, Name: "categories?lang=ru", Fresh: time.Hour}

var errDown = &market.Error{Kind: market.Unavailable, Market: market.MD999, Op: "get categories"}

// source is a market that counts how often it is asked.
type source struct {
	asked atomic.Int32
	body  string
	err   error
}

func (s *source) fetch(context.Context) ([]byte, error) {
	s.asked.Add(1)
	return []byte(s.body), s.err
}

func decode(body []byte) (int, error) { return strconv.Atoi(string(body)) }

// shelf is a store in memory. Storage's own tests hold the real one to the same
// contract.
type shelf struct {
	mu      sync.Mutex
	entries map[string]shelved
	err     error
}

type shelved struct {
	body    []byte
	fetched time.Time
}

func (s *shelf) CatalogueEntry(_ context.Context, id market.ID, key string) ([]byte, time.Time, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.entries[string(id)+key]
	return e.body, e.fetched, ok, s.err
}

func (s *shelf) PutCatalogueEntry(_ context.Context, id market.ID, key string, body []byte, fetched time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		if s.entries == nil {
			s.entries = map[string]shelved{}
		}
		s.entries[string(id)+key] = shelved{body, fetched}
	}
	return s.err
}

// in runs a test in a bubble whose clock it can turn.
func in(t *testing.T, cfg Config, test func(t *testing.T, c *Cache)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := New(cfg)
		defer c.Close()
		test(t, c)
	})
}

// pass lets time go by on the bubble's clock, which only moves while everybody
// waits.
func pass(d time.Duration) { <-time.After(d) }

func expect(t *testing.T, c *Cache, s *source, value int, stale bool, asked int32) {
	t.Helper()
	got, err := Get(t.Context(), c, key, s.fetch, decode)
	if err != nil {
		t.Fatal(err)
	}
	if got.Value != value || got.Stale != stale || s.asked.Load() != asked {
		t.Fatalf("got %+v after %d calls, want %d, stale %t after %d", got, s.asked.Load(), value, stale, asked)
	}
}

func TestFreshEntriesAreNotFetched(t *testing.T) {
	in(t, Config{}, func(t *testing.T, c *Cache) {
		s := &source{body: "1"}
		expect(t, c, s, 1, false, 1)
		s.body = "2"
		pass(time.Hour - 1)
		expect(t, c, s, 1, false, 1)
		pass(1)
		expect(t, c, s, 2, false, 2)
	})
}

func TestStaleIsServedWhileTheMarketIsDown(t *testing.T) {
	in(t, Config{}, func(t *testing.T, c *Cache) {
		s := &source{body: "1"}
		expect(t, c, s, 1, false, 1)
		pass(2 * time.Hour)
		s.err = errDown
		expect(t, c, s, 1, true, 2)
		expect(t, c, s, 1, true, 2) // it is left alone for a while
		pass(30 * time.Second)
		expect(t, c, s, 1, true, 3)
		s.err, s.body = nil, "2"
		pass(30 * time.Second)
		expect(t, c, s, 2, false, 4)
	})
}

func TestStaleIsServedWhileTheMarketIsSlow(t *testing.T) {
	in(t, Config{}, func(t *testing.T, c *Cache) {
		s := &source{body: "1"}
		expect(t, c, s, 1, false, 1)
		pass(2 * time.Hour)
		slow := func(context.Context) ([]byte, error) {
			pass(10 * time.Second)
			return []byte("2"), nil
		}
		began := time.Now()
		got, err := Get(t.Context(), c, key, slow, decode)
		if err != nil || got.Value != 1 || !got.Stale || time.Since(began) != 2*time.Second {
			t.Fatalf("got %+v, %v after %s", got, err, time.Since(began))
		}
		expect(t, c, s, 1, true, 1) // at once: nobody waits twice
		pass(10 * time.Second)
		expect(t, c, s, 2, false, 1) // the slow answer came
	})
}

func TestErrorsAreNotKept(t *testing.T) {
	in(t, Config{}, func(t *testing.T, c *Cache) {
		for _, kind := range []market.ErrorKind{market.NotSignedIn, market.Quota, market.NotFound, market.Unavailable} {
			s := &source{err: &market.Error{Kind: kind}}
			if _, err := Get(t.Context(), c, key, s.fetch, decode); market.KindOf(err) != kind {
				t.Fatalf("got %v, want %s", err, kind)
			}
		}
		expect(t, c, &source{body: "1"}, 1, false, 1)
	})
}

func TestARefusedKeyIsNotHiddenBehindAnOldValue(t *testing.T) {
	in(t, Config{}, func(t *testing.T, c *Cache) {
		s := &source{body: "1"}
		expect(t, c, s, 1, false, 1)
		pass(2 * time.Hour)
		s.err = &market.Error{Kind: market.NotSignedIn}
		if _, err := Get(t.Context(), c, key, s.fetch, decode); market.KindOf(err) != market.NotSignedIn {
			t.Fatalf("got %v", err)
		}
	})
}

func TestBadBodiesAreErrors(t *testing.T) {
	in(t, Config{}, func(t *testing.T, c *Cache) {
		if _, err := Get(t.Context(), c, key, (&source{body: "x"}).fetch, decode); err == nil {
			t.Fatal("no error")
		}
	})
}

func TestOneCallServesAll(t *testing.T) {
	in(t, Config{}, func(t *testing.T, c *Cache) {
		s := &source{body: "1"}
		slow := func(ctx context.Context) ([]byte, error) {
			pass(time.Second)
			return s.fetch(ctx)
		}
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				if got, err := Get(t.Context(), c, key, slow, decode); err != nil || got.Value != 1 {
					t.Errorf("got %+v, %v", got, err)
				}
			})
		}
		all.Wait()
		if n := s.asked.Load(); n != 1 {
			t.Errorf("%d calls", n)
		}
	})
}

// The caller whose call is shared goes away; the others get their answer.
func TestTheCallOutlivesItsFirstCaller(t *testing.T) {
	in(t, Config{}, func(t *testing.T, c *Cache) {
		slow := func(ctx context.Context) ([]byte, error) {
			select {
			case <-time.After(10 * time.Second):
				return []byte("1"), nil
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		first, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var all sync.WaitGroup
		all.Go(func() {
			_, err := Get(first, c, key, slow, decode)
			if market.KindOf(err) != market.Unavailable || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("the first caller got %v", err)
			}
		})
		synctest.Wait()
		got, err := Get(t.Context(), c, key, slow, decode)
		if err != nil || got.Value != 1 {
			t.Errorf("the second caller got %+v, %v", got, err)
		}
		all.Wait()
	})
}

func TestTheCallHasATimeoutOfItsOwn(t *testing.T) {
	in(t, Config{Timeout: 5 * time.Second}, func(t *testing.T, c *Cache) {
		began := time.Now()
		_, err := Get(t.Context(), c, key, func(ctx context.Context) ([]byte, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}, decode)
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 5*time.Second {
			t.Errorf("got %v after %s", err, time.Since(began))
		}
	})
}

// A call made with a refused key fails only for whom the key belongs to.
func TestAnotherOnesKeyHarmsNobody(t *testing.T) {
	in(t, Config{}, func(t *testing.T, c *Cache) {
		var all sync.WaitGroup
		all.Go(func() {
			_, err := Get(t.Context(), c, key, func(context.Context) ([]byte, error) {
				pass(time.Second)
				return nil, &market.Error{Kind: market.NotSignedIn}
			}, decode)
			if market.KindOf(err) != market.NotSignedIn {
				t.Errorf("the owner of the refused key got %v", err)
			}
		})
		synctest.Wait()
		for range 5 {
			all.Go(func() {
				if got, err := Get(t.Context(), c, key, (&source{body: "1"}).fetch, decode); err != nil || got.Value != 1 {
					t.Errorf("got %+v, %v", got, err)
				}
			})
		}
		all.Wait()
	})
}

func TestTheStoreOutlivesTheProcess(t *testing.T) {
	store := &shelf{}
	in(t, Config{Store: store}, func(t *testing.T, c *Cache) {
		s := &source{body: "1"}
		expect(t, c, s, 1, false, 1)

		next := New(Config{Store: store})
		defer next.Close()
		s.body = "2"
		expect(t, next, s, 1, false, 1)
		pass(2 * time.Hour)

		last := New(Config{Store: store})
		defer last.Close()
		s.err = errDown
		expect(t, last, s, 1, true, 2) // stale, from the store
		s.err = nil
		pass(time.Minute)
		expect(t, last, s, 2, false, 3)
		expect(t, next, s, 2, false, 4) // each process has its own memory
	})
}

func TestAStoreThatFailsIsDoneWithout(t *testing.T) {
	in(t, Config{Store: &shelf{err: errors.New("database down")}}, func(t *testing.T, c *Cache) {
		s := &source{body: "1"}
		expect(t, c, s, 1, false, 1)
		expect(t, c, s, 1, false, 1)
		c.Expire(t.Context(), key)
		expect(t, c, s, 1, false, 2)
	})
}

func TestAStoredBodyOfAnotherVersionIsFetchedAgain(t *testing.T) {
	store := &shelf{}
	in(t, Config{Store: store}, func(t *testing.T, c *Cache) {
		_ = store.PutCatalogueEntry(t.Context(), key.Market, key.Name, []byte("not a number"), time.Now())
		expect(t, c, &source{body: "1"}, 1, false, 1)
	})
}

func TestPrivateEntriesStayInMemory(t *testing.T) {
	store := &shelf{}
	in(t, Config{Store: store}, func(t *testing.T, c *Cache) {
		private := key
		private.Private = true
		s := &source{body: "1"}
		if _, err := Get(t.Context(), c, private, s.fetch, decode); err != nil {
			t.Fatal(err)
		}
		c.Expire(t.Context(), private)
		if len(store.entries) != 0 {
			t.Errorf("stored: %v", store.entries)
		}
	})
}

func TestExpire(t *testing.T) {
	store := &shelf{}
	in(t, Config{Store: store}, func(t *testing.T, c *Cache) {
		s := &source{body: "1"}
		expect(t, c, s, 1, false, 1)
		c.Expire(t.Context(), key)
		s.err = errDown
		expect(t, c, s, 1, true, 2) // kept for an outage

		other := New(Config{Store: store}) // expired in the store too
		defer other.Close()
		s.err, s.body = nil, "2"
		expect(t, other, s, 2, false, 3)
	})
}

func TestMemoryIsBounded(t *testing.T) {
	in(t, Config{Entries: 10, Bytes: 100}, func(t *testing.T, c *Cache) {
		ask := func(name string, size int) {
			k := key
			k.Name = name
			_, err := Get(t.Context(), c, k,
				func(context.Context) ([]byte, error) { return make([]byte, size), nil },
				func(b []byte) (int, error) { return len(b), nil })
			if err != nil {
				t.Fatal(err)
			}
		}
		for n := range 50 {
			ask(fmt.Sprint(n), 1)
			ask("used all the time", 1)
		}
		if n := c.memory.order.Len(); n != 10 {
			t.Errorf("%d entries", n)
		}
		if _, ok := c.memory.get(string(key.Market) + "\x00used all the time"); !ok {
			t.Error("the entry used last was dropped")
		}
		ask("large", 95)
		if n, b := c.memory.order.Len(), c.memory.bytes; b > 100 || n > 6 {
			t.Errorf("%d entries of %d bytes", n, b)
		}
		ask("huge", 1000)
		if n := c.memory.order.Len(); n != 1 || len(c.memory.byID) != 1 {
			t.Errorf("%d entries beside a huge one", n)
		}
	})
}

func TestCloseEndsCalls(t *testing.T) {
	in(t, Config{}, func(t *testing.T, c *Cache) {
		result := make(chan error, 1)
		go func() {
			_, err := Get(t.Context(), c, key, func(ctx context.Context) ([]byte, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			}, decode)
			result <- err
		}()
		synctest.Wait()
		c.Close()
		if err := <-result; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if _, err := Get(t.Context(), c, key, (&source{body: "1"}).fetch, decode); !errors.Is(err, errClosed) {
			t.Errorf("after Close: %v", err)
		}
	})
}

func TestTwoTypesUnderOneKey(t *testing.T) {
	in(t, Config{}, func(t *testing.T, c *Cache) {
		expect(t, c, &source{body: "1"}, 1, false, 1)
		got, err := Get(t.Context(), c, key, (&source{body: "1"}).fetch, func(b []byte) (string, error) { return string(b), nil })
		if err != nil || got.Value != "1" {
			t.Errorf("got %+v, %v", got, err)
		}
	})
}

// What is known is told without the market, however old, from memory or the
// store; what is not is not asked for.
func TestPeek(t *testing.T) {
	store := &shelf{}
	in(t, Config{Store: store}, func(t *testing.T, c *Cache) {
		s := &source{body: "1"}
		if v, known := Peek(t.Context(), c, key, decode); known {
			t.Errorf("known before anybody asked: %d", v)
		}
		expect(t, c, s, 1, false, 1)
		pass(2 * key.Fresh)
		after := New(Config{Store: store}) // of the next process
		defer after.Close()
		for name, of := range map[string]*Cache{"memory": c, "store": after} {
			if v, known := Peek(t.Context(), of, key, decode); !known || v != 1 {
				t.Errorf("%s: %d, known %v", name, v, known)
			}
		}
		if n := s.asked.Load(); n != 1 {
			t.Errorf("the market was asked %d times", n)
		}
	})
}
