// Package lanes is a set of durable, ordered mailboxes. Everything that must
// not be lost is a work row in a lane; a lane has one owner at a time, its rows
// are worked in order of arrival, and a different lane never waits for it.
//
// The right to a lane is a Lease with a fence: a number that grows each time
// the lane changes hands. Whatever an owner writes is refused once the fence is
// stale, so an owner that stalled past its lease can no longer do harm, and one
// that died is replaced within seconds.
//
// A row's life: queued → committed (its effects and replies are saved) → closed
// (its replies are sent; payload and replies are erased). A row that keeps
// failing is dead: set aside with its error, so that its lane goes on.
package lanes

import (
	"errors"
	"strings"
	"time"
)

// ErrStale is returned by every fenced write of an owner that no longer holds
// its lane. Nothing was written; the new owner goes on from what was saved.
var ErrStale = errors.New("lanes: the lane has another owner")

// NewRow is work to be put into a lane.
type NewRow struct {
	Lane    string
	Key     string // unique over all rows, open or closed; a second row of the same key is dropped
	Kind    string // what the handler switches on
	Payload []byte
	// Due is the earliest moment to work the row; zero: now. A row that is not
	// due yet holds back those that arrive behind it, as order demands, so what
	// must wait long belongs into a lane of its own.
	Due time.Time
}

// RowState is where a row stands.
type RowState string

// The states of a row.
const (
	Queued    RowState = "queued"
	Committed RowState = "committed" // effects saved, replies not all sent
	Closed    RowState = "closed"
	Dead      RowState = "dead"
)

// Row is a unit of work as its handler sees it.
type Row struct {
	ID      int64 // grows in order of arrival within a lane
	Lane    string
	Key     string
	Kind    string
	State   RowState
	Payload []byte
	Replies []byte // saved by Commit; opaque
	Sent    int    // replies already sent, saved by Checkpoint
	Errors  int    // handler errors so far
	Expired int    // leases that ended while the row was being worked
	Arrived time.Time
	Damage  error // why Payload and Replies cannot be read, ever; no handler gets such a row
}

// Lease is the right to work one lane until Until, unless renewed. Fence tells
// this tenure from every other of the same lane.
type Lease struct {
	Lane  string
	Owner string
	Fence int64
	Until time.Time
}

// Class is the part of a lane's name before the colon: "user" of "user:42".
// Each class is worked by a pool of its own, so that slow work of one class
// never takes the places of another.
func Class(lane string) string {
	class, _, _ := strings.Cut(lane, ":")
	return class
}

// Claimed is a lane just claimed, with the first of its due rows in order.
// There may be more of them, and there may be none left.
type Claimed struct {
	Lease Lease
	Rows  []Row
}

// Outcome is what one step of work does to the lanes, committed together with
// what it changes elsewhere.
type Outcome struct {
	Replies []byte   // nil: leave the row as it is; else saved with the row, which becomes Committed
	Rows    []NewRow // new work, in this lane or others
	Close   bool     // the row is done: it closes with the commit
}
