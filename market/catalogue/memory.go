package catalogue

import (
	"container/list"
	"time"
)

// entry is a decoded value in memory.
type entry struct {
	id      string
	value   any
	size    int // bytes of the body it was decoded from
	fetched time.Time
	until   time.Time // fresh until
	pause   time.Time // the market is not asked before
}

// memory holds the entries used last, within two bounds. Its owner locks.
type memory struct {
	maxEntries, maxBytes int
	bytes                int
	order                *list.List // of *entry, the one used last in front
	byID                 map[string]*list.Element
}

func newMemory(maxEntries, maxBytes int) memory {
	return memory{
		maxEntries: maxEntries, maxBytes: maxBytes,
		order: list.New(), byID: map[string]*list.Element{},
	}
}

// get gives a copy of the entry.
func (m *memory) get(id string) (entry, bool) {
	el, ok := m.byID[id]
	if !ok {
		return entry{}, false
	}
	m.order.MoveToFront(el)
	return *el.Value.(*entry), true
}

// put inserts or replaces an entry and drops the oldest ones above the bounds;
// the newest always stays.
func (m *memory) put(e entry) {
	if el, ok := m.byID[e.id]; ok {
		m.drop(el)
	}
	m.byID[e.id] = m.order.PushFront(&e)
	m.bytes += e.size
	for m.order.Len() > 1 && (m.order.Len() > m.maxEntries || m.bytes > m.maxBytes) {
		m.drop(m.order.Back())
	}
}

func (m *memory) drop(el *list.Element) {
	e := m.order.Remove(el).(*entry)
	delete(m.byID, e.id)
	m.bytes -= e.size
}

func (m *memory) expire(id string) {
	if el, ok := m.byID[id]; ok {
		e := el.Value.(*entry)
		e.until, e.pause = time.Time{}, time.Time{}
	}
}

func (m *memory) pause(id string, until time.Time) {
	if el, ok := m.byID[id]; ok {
		el.Value.(*entry).pause = until
	}
}
