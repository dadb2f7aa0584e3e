package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"
)

// front passes updates on to several processes in turn, as a proxy in front of
// replicas does: only to those whose /readyz says yes, and when one refuses or
// breaks off, to the next.
type front struct {
	*httptest.Server
	client *http.Client
	ctx    context.Context // ends with the test
	looks  sync.WaitGroup

	mu       sync.Mutex
	backends []*backend
	turn     int
	again    int // tries that went on to another process
	failed   int // updates that no process took: Telegram brings them again
}

// backend is a process as the front sees it.
type backend struct {
	address, ops string
	found        chan struct{} // closed when it was ready for the first time
	removed      chan struct{}
	ready        bool // guarded by the front
}

const (
	lookEvery  = 250 * time.Millisecond
	lookWithin = time.Second
	passWithin = 10 * time.Second
)

func newBackend(address, ops string) *backend {
	return &backend{address: address, ops: ops, found: make(chan struct{}), removed: make(chan struct{})}
}

func newFront(t *testing.T) *front {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 100, DisableCompression: true}
	ctx, cancel := context.WithCancel(context.Background())
	f := &front{ctx: ctx, client: &http.Client{Transport: transport}}
	f.Server = httptest.NewServer(http.HandlerFunc(f.serve))
	t.Cleanup(func() {
		f.Close()
		cancel()
		f.looks.Wait()
		transport.CloseIdleConnections()
	})
	return f
}

// add begins to ask a process whether it is ready.
func (f *front) add(b *backend) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.backends = append(f.backends, b)
	f.looks.Go(func() { f.watch(b) })
}

func (f *front) remove(b *backend) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.backends = slices.DeleteFunc(f.backends, func(other *backend) bool { return other == b })
	close(b.removed)
}

// watch asks /readyz until the process is removed.
func (f *front) watch(b *backend) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for found := false; ; {
		ready := f.isReady(b)
		f.mu.Lock()
		b.ready = ready
		f.mu.Unlock()
		if ready && !found {
			found = true
			close(b.found)
		}
		select {
		case <-tick.C:
		case <-b.removed:
			return
		case <-f.ctx.Done():
			return
		}
	}
}

func (f *front) isReady(b *backend) bool {
	ctx, cancel := context.WithTimeout(f.ctx, lookWithin)
	defer cancel()
	status, err := f.call(ctx, http.MethodGet, "http://"+b.ops+"/readyz", nil, nil)
	return err == nil && status == http.StatusOK
}

// call makes a request and gives the status of its answer.
func (f *front) call(ctx context.Context, method, url string, header http.Header, body []byte) (int, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	if header != nil {
		req.Header = header.Clone()
	}
	res, err := f.client.Do(req)
	if err != nil {
		return 0, err
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	return res.StatusCode, nil
}

// serve passes an update on. It is safe to pass it to a second process whatever
// the first made of it: an update that is there already is dropped by its id.
func (f *front) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), passWithin)
	defer cancel()
	for _, address := range f.inTurn() {
		status, err := f.call(ctx, r.Method, "http://"+address+r.URL.Path, r.Header, body)
		if err == nil && status != http.StatusServiceUnavailable {
			w.WriteHeader(status)
			return
		}
		f.note(&f.again)
	}
	f.note(&f.failed)
	w.WriteHeader(http.StatusBadGateway)
}

// inTurn gives the addresses of all that are ready, another one first each time.
func (f *front) inTurn() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.turn++
	var addresses []string
	for i := range f.backends {
		if b := f.backends[(f.turn+i)%len(f.backends)]; b.ready {
			addresses = append(addresses, b.address)
		}
	}
	return addresses
}

func (f *front) note(count *int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	*count++
}

// counted gives how often an update went on to another process, and how often
// none took it.
func (f *front) counted() (again, failed int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.again, f.failed
}
