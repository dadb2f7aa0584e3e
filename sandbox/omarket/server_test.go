package omarket

import "testing"

// A market that was closed refuses connections, and comes back at the same
// address with what it knew.
func TestStartAndClose(t *testing.T) {
	t.Parallel()
	s := New(Options{})
	s.AddAccount(Account{MSISDN: seller, Password: password})
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = s.Close()
		client.CloseIdleConnections()
	})
	if err := s.Start(); err == nil {
		t.Error("started twice")
	}
	base := s.URL()
	m := &market{Server: s, t: t, base: base, key: DefaultAPIKey}
	m.token = m.enter(seller).access
	uuid := m.begin()
	url := m.upload(adPath(uuid)+"upload-image/", picture(t, 1))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if response, err := client.Get(url); err == nil {
		response.Body.Close()
		t.Error("a closed market answers")
	}
	if err := s.Close(); err != nil {
		t.Errorf("closing again: %v", err)
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	if s.URL() != base {
		t.Errorf("moved to %s", s.URL())
	}
	m.result("PUT", adPath(uuid), changed(t, map[string]string{"images": `["` + url + `"]`}))
}

// The market stays whole however many write at a time.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	m := open(t, Options{Bare: true})
	uuids := make(chan string)
	for range 16 {
		go func() {
			got := m.send("POST", "/api/ads-board/v1/ads/initial/", "")
			uuid := got.body[len(`{"details":"","errorCode":0,"result":"`):][:36]
			m.send("PUT", adPath(uuid), carExample)
			uuids <- uuid
		}()
	}
	seen := map[string]bool{}
	ids := map[int]bool{}
	for range 16 {
		seen[<-uuids] = true
	}
	for _, a := range m.Ads(seller) {
		ids[a.ID] = true
		if a.Status != Moderate || !seen[a.UUID] {
			t.Errorf("%+v", a)
		}
	}
	if len(seen) != 16 || len(ids) != 16 {
		t.Errorf("%d ads with %d ids", len(seen), len(ids))
	}
}
