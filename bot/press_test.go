package bot

import (
	"context"
	"testing"
	"time"

	"bazarbot/sandbox/telegram"
)

// busy keeps the person's lane from being worked until the test lets go.
func (h *house) busy() (entered, letGo func()) {
	in, out := make(chan struct{}, 10), make(chan struct{})
	h.store.onEvent(func() {
		in <- struct{}{}
		h.await(out, "the lane to be let go")
	})
	return func() { h.await(in, "the lane to be worked") }, func() {
		h.store.onEvent(nil)
		close(out)
	}
}

// await waits for a channel, but not for ever.
func (h *house) await(c <-chan struct{}, what string) {
	select {
	case <-c:
	case <-h.ctx.Done():
		h.t.Errorf("waited in vain for %s", what)
	}
}

func anyToast(telegram.Toast) bool { return true }

// A press is answered in time, whatever its lane does: here it does nothing
// until the answer is there.
func TestPressWhileBusy(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.person.Send("/start")
	h.live()
	h.see("Ваши объявления")
	entered, letGo := h.busy()
	if err := h.person.PressContaining("Помощь"); err != nil {
		t.Fatal(err)
	}
	entered()
	toast, err := h.person.WaitToast(h.ctx, anyToast)
	letGo()
	if err != nil {
		t.Fatal("not answered")
	}
	if toast.Text != "" || toast.Took < answerWithin || toast.Took > 3*answerWithin {
		t.Errorf("answered with %q after %v", toast.Text, toast.Took)
	}
	if answerWithin > 1500*time.Millisecond {
		t.Errorf("people wait for %v", answerWithin)
	}
	h.see("Что умеет бот")
	if n := len(h.person.Toasts()); n != 1 {
		t.Errorf("%d answers", n)
	}
}

// A toast that comes too late becomes a message.
func TestLateToast(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.person.Send("/start")
	h.live()
	old := h.see("Ваши объявления")
	h.person.Send("/help")
	h.see("Что умеет бот")
	entered, letGo := h.busy()
	button, _ := old.ButtonPrefix("❓")
	if err := h.person.Press(old.ID, button.Data); err != nil {
		t.Fatal(err)
	}
	entered()
	if _, err := h.person.WaitToast(h.ctx, anyToast); err != nil {
		t.Fatal("not answered")
	}
	letGo()
	if _, err := h.person.Wait(h.ctx, func(ms []telegram.Message) bool {
		for _, m := range ms {
			if m.FromBot() && m.Text == "Эта кнопка устарела. Смотрите последнее сообщение." {
				return true
			}
		}
		return false
	}); err != nil {
		t.Fatal("the person is not told")
	}
}

// In time, a toast is a toast. A crowded machine has more time for it, and only
// the lane's answer ends the wait.
func TestToast(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.bot.presses.within = time.Hour
	h.person.Send("/start")
	h.live()
	old := h.see("Ваши объявления")
	h.person.Send("/help")
	h.see("Что умеет бот")
	button, _ := old.ButtonPrefix("❓")
	if err := h.person.Press(old.ID, button.Data); err != nil {
		t.Fatal(err)
	}
	toast, err := h.person.WaitToast(h.ctx, anyToast)
	if err != nil || toast.Text != "Эта кнопка устарела. Смотрите последнее сообщение." {
		t.Errorf("%+v, %v", toast, err)
	}
}

// One press whose answer hangs keeps the next one waiting for no longer than
// a call may take; those that are answered by their lanes cost nothing.
func TestPressesInOrder(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx, cancel := context.WithCancel(h.ctx)
	done := make(chan struct{})
	h.bot.presses.arrived("one")
	h.bot.presses.arrived("two")
	h.bot.presses.answered("one")
	go func() {
		defer close(done)
		h.bot.presses.run(ctx)
	}()
	calls, err := h.telegram.WaitCalls(h.ctx, func(cs []telegram.Call) bool { return len(cs) > 0 }, "answerCallbackQuery")
	cancel()
	<-done
	if err != nil || calls[0].Params["callback_query_id"] != "two" {
		t.Errorf("%+v, %v", calls, err)
	}
}

// More presses than anybody makes are left to their lanes.
func TestPressesFull(t *testing.T) {
	t.Parallel()
	h := open(t)
	for range 5000 {
		h.bot.presses.arrived("x")
	}
	if n := len(h.bot.presses.queue); n != cap(h.bot.presses.queue) {
		t.Errorf("%d wait", n)
	}
}
