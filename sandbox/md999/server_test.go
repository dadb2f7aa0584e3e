package md999

import (
	"net/http"
	"testing"
)

func TestAccounts(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	m.post(phone)
	m.RevokeKey(key)
	if got := m.send("GET", "/phone_numbers", ""); got.status != http.StatusUnauthorized {
		t.Errorf("a revoked key: %d", got.status)
	}
	m.AddAccount(Account{Key: key, Phones: []string{"40712345678", "380501234567", "4915112345678"}, Balance: 7})
	want := []string{"712345678", "501234567", "4915112345678"}
	got := list(t, m.fetch("/phone_numbers"), "phone_numbers", "national_number")
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("numbers %v, want %v", got, want)
		}
	}
	account, _ := m.Account(key)
	if account.Balance != 7 || len(account.Spent) != 1 || account.Revoked {
		t.Errorf("account %+v", account)
	}
	if _, there := m.Account("nobody"); there {
		t.Error("an account of nobody")
	}
	m.RevokeKey("nobody")
	m.SetBalance("nobody", 1)
}

// Money is taken once for each advert, however many are posted at a time.
func TestPostsAtOnce(t *testing.T) {
	t.Parallel()
	m := open(t, Options{})
	m.SetBalance(key, 10)
	statuses := make(chan int)
	for range 20 {
		go func() { statuses <- m.send("POST", "/adverts", phone).status }()
	}
	count := map[int]int{}
	for range 20 {
		count[<-statuses]++
	}
	account, _ := m.Account(key)
	if count[201] != 10 || count[402] != 10 || account.Balance != 0 || len(account.Spent) != 10 || len(m.Adverts(key)) != 10 {
		t.Errorf("statuses %v, balance %d, %d charges", count, account.Balance, len(account.Spent))
	}
}
