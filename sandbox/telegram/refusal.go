package telegram

import (
	"fmt"
	"net/http"
)

// refusal is an answer with "ok": false.
// Section: https://core.telegram.org/bots/api#making-requests
type refusal struct {
	code        int
	description string
	retryAfter  int // seconds; 429 only
}

func (r *refusal) Error() string { return fmt.Sprintf("%d %s", r.code, r.description) }

// badRequest is the refusal of a request that can never work as it is.
func badRequest(format string, args ...any) error {
	return &refusal{code: http.StatusBadRequest, description: "Bad Request: " + fmt.Sprintf(format, args...)}
}

func forbidden(what string) error {
	return &refusal{code: http.StatusForbidden, description: "Forbidden: " + what}
}

func conflict(what string) error {
	return &refusal{code: http.StatusConflict, description: "Conflict: " + what}
}

// The refusals that several methods share.
var (
	errUnauthorized = &refusal{code: http.StatusUnauthorized, description: "Unauthorized"}
	errNoMethod     = &refusal{code: http.StatusNotFound, description: "Not Found: method not found"}
	errTooLarge     = &refusal{code: http.StatusRequestEntityTooLarge, description: "Request Entity Too Large"}

	errChatEmpty     = badRequest("chat_id is empty")
	errChatNotFound  = badRequest("chat not found")
	errBlocked       = forbidden("bot was blocked by the user")
	errTextEmpty     = badRequest("message text is empty")
	errTextTooLong   = badRequest("message is too long")
	errCaptionLong   = badRequest("message caption is too long")
	errNoMessageID   = badRequest("message identifier is not specified")
	errNoEdit        = badRequest("message to edit not found")
	errCantEdit      = badRequest("message can't be edited")
	errNoText        = badRequest("there is no text in the message to edit")
	errNoCaption     = badRequest("there is no caption in the message to edit")
	errNoDelete      = badRequest("message to delete not found")
	errCantDelete    = badRequest("message can't be deleted")
	errQueryTooOld   = badRequest("query is too old and response timeout expired or query ID is invalid")
	errNotModified   = badRequest("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
	errInvalidFileID = badRequest("invalid file_id")
)
