package stand

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// Host serves a handler at an address, and can be stopped and started again
// there.
type Host struct {
	name    string
	handler http.Handler

	mu     sync.Mutex // guards what follows
	addr   string
	url    string
	server *http.Server  // nil: not running
	served chan struct{} // closed when server has stopped serving
}

// NewHost makes a host of what is called name in errors. It listens at addr, or
// at a free port of loopback when that is empty, once it is started.
func NewHost(name, addr string, handler http.Handler) *Host {
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	return &Host{name: name, addr: addr, handler: handler}
}

// Handler is what is served.
func (h *Host) Handler() http.Handler { return h.handler }

// Start listens and serves until Close. After a Close it serves again at the
// same address with all that was known.
func (h *Host) Start() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.server != nil {
		return errors.New("start the " + h.name + " sandbox: it is running")
	}
	listener, err := net.Listen("tcp", h.addr)
	if err != nil {
		return fmt.Errorf("start the %s sandbox: %w", h.name, err)
	}
	h.addr = listener.Addr().String()
	h.url = "http://" + h.addr
	server := &http.Server{Handler: h.handler, ReadHeaderTimeout: 10 * time.Second}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(listener) // always http.ErrServerClosed
	}()
	h.server, h.served = server, served
	return nil
}

// URL is the base address, without a slash at its end; "" before the first
// Start.
func (h *Host) URL() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.url
}

// Close stops listening and cuts every connection: until Start, dialling is
// refused. Hooks that wait must end with their context.
func (h *Host) Close() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.server == nil {
		return nil
	}
	err := h.server.Close()
	<-h.served
	h.server = nil
	return err
}
