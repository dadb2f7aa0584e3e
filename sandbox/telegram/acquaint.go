package telegram

// Acquaint makes a person known to the bot as if they had written to it long ago:
// it may write to them, and is told nothing.
func (p *Person) Acquaint() {
	p.chat.mu.Lock()
	defer p.chat.mu.Unlock()
	p.chat.started = true
}

// BlockUnheard blocks the bot without its being told: it finds out when it writes.
func (p *Person) BlockUnheard() {
	p.chat.mu.Lock()
	defer p.chat.mu.Unlock()
	p.chat.blocked = true
	p.chat.changed()
}
