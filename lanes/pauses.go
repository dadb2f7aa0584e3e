package lanes

import "time"

// Pauses are the times before which something must not be sent, as all processes
// see them, and how much others send. Zero times are no pauses.
type Pauses struct {
	All     time.Time           // anything
	Bulk    time.Time           // what goes to many
	Chats   map[int64]time.Time // by chat
	Replies int                 // messages of other processes in their last second
}
