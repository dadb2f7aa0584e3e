package telegram

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// query is a press that waits for its answer.
type query struct {
	id      string
	message int64
	at      time.Time
}

// Toast is the bot's answer to a press. An empty text only ends the spinner.
type Toast struct {
	Query   string
	Message int64 // whose button was pressed
	Text    string
	Alert   bool
	URL     string
	At      time.Time
	Took    time.Duration // from the press to the answer
}

// maxAnswer is the length of an answer's text. Section: #answercallbackquery
const maxAnswer = 200

// seqDigits is how many digits of a query's id count the presses of one person;
// what stands before them is the person's id.
const seqDigits = 8

// newQuery registers a press. Locked.
func (c *chat) newQuery(person, message int64, within time.Duration) *query {
	now := time.Now()
	for id, old := range c.queries { // what was never answered
		if now.Sub(old.at) > 2*within {
			delete(c.queries, id)
		}
	}
	if c.queries == nil {
		c.queries = map[string]*query{}
	}
	c.lastSeq++
	k := &query{id: fmt.Sprintf("%d%0*d", person, seqDigits, c.lastSeq), message: message, at: now}
	c.queries[k.id] = k
	return k
}

// answerCallbackQuery: #answercallbackquery. A press is answered once and soon.
func (s *Server) answerCallbackQuery(_ *http.Request, q *request) (any, error) {
	id := q.values["callback_query_id"]
	text := q.values["text"]
	if utf16Len(text) > maxAnswer {
		return nil, badRequest("MESSAGE_TOO_LONG")
	}
	if link := q.values["url"]; link != "" {
		if _, err := checkLink(link); err != nil {
			return nil, badRequest("URL_INVALID")
		}
	}
	if _, err := q.integer("cache_time", 0); err != nil {
		return nil, err
	}
	if len(id) <= seqDigits {
		return nil, errQueryTooOld
	}
	person, err := strconv.ParseInt(id[:len(id)-seqDigits], 10, 64)
	if err != nil {
		return nil, errQueryTooOld
	}
	c := s.chatByID(person)
	if c == nil {
		return nil, errQueryTooOld
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	k, ok := c.queries[id]
	delete(c.queries, id)
	if !ok || time.Since(k.at) > s.opts.AnswerWithin {
		return nil, errQueryTooOld
	}
	now := time.Now()
	c.toasts = append(c.toasts, Toast{
		Query: id, Message: k.message, Text: text, Alert: q.boolean("show_alert"), URL: q.values["url"],
		At: now, Took: now.Sub(k.at),
	})
	if c.keep > 0 && len(c.toasts) > 2*c.keep {
		c.toasts = append(c.toasts[:0:0], c.toasts[len(c.toasts)-c.keep:]...)
	}
	c.changed()
	return true, nil
}
