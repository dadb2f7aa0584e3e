package main

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"bazarbot/sandbox/telegram"
)

// The people of the tests of the staff.
const (
	ownerID  = 501
	deputyID = 502
	helperID = 503
	sellerID = 504
)

// ownedBy are the settings of a bot with an owner.
func ownedBy(id int64) string { return fmt.Sprintf("ADMIN_IDS=%d", id) }

// known is a person of the town with an id and a username of their own.
func (w *world) known(id int64, lang, username string) *seller {
	w.t.Helper()
	p, err := knownPlayer(w.town.telegram, id, lang, username)
	if err != nil {
		w.t.Fatal(err)
	}
	return &seller{player: p, t: w.t}
}

func knownPlayer(srv *telegram.Server, id int64, lang, username string) (*player, error) {
	p, err := newPlayer(&town{telegram: srv}, lang, io.Discard)
	if err != nil {
		return nil, err
	}
	p.person = srv.Person(telegram.Profile{ID: id, FirstName: "Somebody", LanguageCode: lang, Username: username})
	return p, nil
}

// orders says a command, with whatever stands behind it.
func (s *seller) orders(text string) {
	s.t.Helper()
	s.act(text)
	s.person.Send(text)
}

// meets lets a person say /start.
func (s *seller) meets() {
	s.t.Helper()
	s.command("start")
	s.sees("home.greeting")
}

// staffed is a world with an owner, and an admin and a supporter whom the owner
// appointed, and a seller.
func staffed(t *testing.T) (w *world, boss, deputy, helper, them *seller) {
	t.Helper()
	w = newWorld(t, townOptions{}, ownedBy(ownerID))
	w.start()
	boss, deputy = w.known(ownerID, "ru", ""), w.known(deputyID, "ro", "the_deputy")
	helper, them = w.known(helperID, "ky", ""), w.known(sellerID, "ru", "the_seller")
	for _, p := range []*seller{boss, deputy, helper, them} {
		p.meets()
	}
	boss.appoints("@The_Deputy", "staff.role.admin", deputy)
	boss.appoints(fmt.Sprint(helperID), "staff.role.support", helper)
	return w, boss, deputy, helper, them
}

// appoints gives somebody a role, and sees them told.
func (s *seller) appoints(whom, role string, who *seller) {
	s.t.Helper()
	s.orders("/admins")
	s.sees("staff.heading")
	s.presses("staff.appoint")
	s.sees("ask.person")
	s.say(whom)
	s.reads(s.text(role))
	s.pressesLabel(s.text(role))
	s.reads("✅")
	s.must(who.seeAnywhere(s.t.Context(), who.text(role)))
}

// menu are the commands that a person is offered.
func (s *seller) menu() string {
	names := make([]string, 0, 16)
	for _, c := range s.person.Commands() {
		names = append(names, c.Command)
	}
	return strings.Join(names, " ")
}
