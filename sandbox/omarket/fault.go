package omarket

import "bazarbot/sandbox/stand"

// What is told of requests, and what can go wrong with them.
type (
	// Call is a request as hooks see it.
	Call = stand.Call
	// Hooks are called for every request.
	Hooks = stand.Hooks
	// Request is a request as it is remembered.
	Request = stand.Request
	// Fault makes requests to a route go wrong. A route is named as in the
	// description: "PUT /api/ads-board/v1/ads/<uuid>/". Pictures are fetched from
	// "GET /media/<folder>/<name>".
	Fault = stand.Fault
	// FaultKind is a way a request can go wrong.
	FaultKind = stand.FaultKind
)

// The kinds of faults.
const (
	FaultNone       = stand.FaultNone
	FaultAnswer     = stand.FaultAnswer
	FaultHTML       = stand.FaultHTML
	FaultHalfJSON   = stand.FaultHalfJSON
	FaultLostBefore = stand.FaultLostBefore
	FaultLostAfter  = stand.FaultLostAfter
)
