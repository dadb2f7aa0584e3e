package dialogs_test

import (
	"strings"
	"testing"

	"bazarbot/market"
)

// Several accounts: each has a name of its own, one is the default, and My ads
// and a new ad say which they act for.
func TestSeveralAccounts(t *testing.T) {
	t.Parallel()
	m := bazaar()
	m.phones["second-key"] = m.phones["good-key"] // the same person's
	m.ads = ads(3)
	c := meet(t, m)
	c.talk(`
		> /accounts
		> [Подключить 999.md]
		> good-key
		one account is the default without a word
		- [⭐]
		> /ads
		- [👤 999.md]
		> /accounts
		> [+37360000001]
		- [Сделать основным]
		- Основной
		> [Назад]
		> [Подключить 999.md]
		> second-key
		< [999.md · +37360000001 ⭐]
		< [999.md · +37360000001 (2)]
		> [+37360000001 (2)]
		> [Переименовать]
		< Имя аккаунта
		< Сейчас: +37360000001 (2).
		> [Назад]
		< [Переименовать]
		> [Переименовать]
		> +37360000001
		< так уже называется другой аккаунт
	`)
	c.says(strings.Repeat("щ", 41))
	c.talk(`
		< Слишком длинно. Знаков: 41, а можно не больше 40.
		> Магазин
		< Аккаунт теперь называется «Магазин».
		< 999.md · Магазин
		> [Сделать основным]
		< Теперь основной — 999.md · Магазин.
		< Основной аккаунт на 999.md
		- [Сделать основным]
		> /ads
		< Мои объявления · 999.md · Магазин
		> [Скрыто]
		> [👤 999.md · +37360000001]
		< Мои объявления · 999.md · +37360000001
		< [• Все · 3 •]
		< [👤 999.md · Магазин]
		> /new
		< Новое объявление › Аккаунт
	`)
	if got := c.speaker().plain(c.view.Rows[0][0].Label); got != "Магазин" {
		c.fatal("a new ad offers %q first", got)
	}
	c.talk("> [Магазин]\n> [Транспорт]\n> /accounts\n> [Магазин]\n> [Отключить аккаунт]\n> [Отключить и стереть ключ]\n- [Магазин]\n- [⭐]\n> /ads\n< +37360000001")
	if len(c.store.accounts) != 1 {
		c.fatal("%d accounts", len(c.store.accounts))
	}
	for _, a := range c.store.accounts {
		if !a.Default {
			c.fatal("nobody is the default")
		}
	}
}

// Of three accounts the list asks which.
func TestSwitchAmongThree(t *testing.T) {
	t.Parallel()
	m := bazaar()
	m.ads = ads(1)
	c := seat(t, m)
	c.account("acc2", "key-2")
	c.account("acc3", "key-3")
	c.talk(`
		> /ads
		< +acc1
		> [Другой аккаунт]
		< Чьи объявления показать?
		- [+acc1]
		> [Назад]
		< +acc1
		> [Другой аккаунт]
		> [+acc3]
		< Мои объявления · 999.md · +acc3
	`)
}

// A name stays when a new key is given; a number follows the key.
func TestNamesAndNewKeys(t *testing.T) {
	t.Parallel()
	for label, want := range map[string]string{
		"Магазин": "Магазин", "+acc1": "+acc1", "+37300000000": "+37360000001",
		"+37300000000 (2)": "+37360000001", "999.md": "+37360000001",
	} {
		t.Run(label, func(t *testing.T) {
			t.Parallel()
			c := seat(t, bazaar())
			a := c.store.accounts["acc1"]
			a.Label, a.State, a.Secret = label, market.AccountSignedOut, "old-key"
			c.store.accounts["acc1"] = a
			c.talk("> /accounts\n> [⚠️]\n> [Ввести новый ключ]\n> good-key\n< 999.md подключён.")
			if got := c.store.accounts["acc1"]; got.Label != want || got.State != market.AccountActive {
				c.fatal("the account is %+v", got)
			}
		})
	}
}

// An account that was disconnected while it was being renamed is not named.
func TestRenameGoneAccount(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	c.talk("> /accounts\n> [+acc1]\n> [Переименовать]")
	delete(c.store.accounts, "acc1")
	c.talk("> Магазин\n< Аккаунтов пока нет.")
}

// A new key goes to the account it was asked for, also when another one with
// the same number is signed out as well.
func TestNewKeyForOneOfTwo(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	c.account("acc2", "old-2")
	for id, label := range map[string]string{"acc1": "+37360000001", "acc2": "+37360000001 (2)"} {
		a := c.store.accounts[id]
		a.Label, a.State, a.Secret = label, market.AccountSignedOut, market.Secret("old-"+id)
		c.store.accounts[id] = a
	}
	c.talk("> /accounts\n> [+37360000001 ⭐]\n> [Ввести новый ключ]\n> good-key\n< 999.md подключён.")
	one, two := c.store.accounts["acc1"], c.store.accounts["acc2"]
	if one.Secret != "good-key" || one.Label != "+37360000001" || two.Secret != "old-acc2" || two.State != market.AccountSignedOut {
		c.fatal("the accounts are %+v and %+v", one, two)
	}
}

// A key given anew from the list signs the account of that number in again.
func TestNewKeyFromTheList(t *testing.T) {
	t.Parallel()
	c := seat(t, bazaar())
	a := c.store.accounts["acc1"]
	a.Label, a.State, a.Secret = "+37360000001 (2)", market.AccountSignedOut, "old-key"
	c.store.accounts["acc1"] = a
	c.talk("> /accounts\n> [Подключить 999.md]\n> good-key\n< 999.md подключён.\n< [999.md · +37360000001]\n- [⚠️]")
	if len(c.store.accounts) != 1 || !c.store.accounts["acc1"].Default {
		c.fatal("the accounts are %+v", c.store.accounts)
	}
}
