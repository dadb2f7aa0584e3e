package jobs

import (
	"context"
	"fmt"

	"bazarbot/lanes"
	"bazarbot/market"
)

// Door is a market into which one signs with a phone number and a password.
type Door interface {
	// Register has the market send a code by SMS. A number that has an account
	// already, confirmed or not, is market.Exists.
	Register(ctx context.Context, phone string, password market.Secret) error
	// Confirm takes the code. A market that signs in with it gives the
	// account's secret; one that does not gives none.
	Confirm(ctx context.Context, account, phone string, code market.Secret) (market.Secret, error)
	// SignIn gives the account's secret. A wrong password, and a number that is
	// not confirmed yet, is market.BadCredentials.
	SignIn(ctx context.Context, account, phone string, password market.Secret) (market.Secret, error)
}

// sign gets a person into an account. Neither registering nor a code can be
// sent twice without the market seeing a second one, so both are attempts; what
// became of a lost one is told by the market's next answer.
type sign struct {
	task
	job     market.SignJob
	door    Door
	pending market.Pending
}

// The steps that are saved before they are sent.
const (
	stepRegister = "register"
	stepConfirm  = "confirm"
)

func (s *sign) run(ctx context.Context) error {
	if s.door == nil {
		return &lanes.Hopeless{Cause: fmt.Errorf("market %s has no sign-in by phone", s.job.Market)}
	}
	if _, err := s.load(ctx); err != nil {
		return err
	}
	pending, err := market.ParsePending(s.key)
	if err != nil { // signed in or forgotten meanwhile: nobody waits for this
		return s.commit(ctx, market.Changes{}, lanes.Outcome{Close: true})
	}
	s.pending = pending
	if s.late() {
		return s.fail(ctx, s.refuse(market.Unavailable, errLate), 0)
	}
	switch s.job.Step {
	case market.SignUp:
		return s.register(ctx)
	case market.SignCode:
		return s.confirm(ctx)
	}
	return s.enter(ctx, func(err error) error { return s.settle(ctx, err) })
}

// register has the market send its code. A number that is taken is signed in
// with the same password; when that is refused although the registration is our
// own, it waits for its code.
func (s *sign) register(ctx context.Context) error {
	ours := s.pending.Registered || s.begun(stepRegister)
	if err := s.try(ctx, stepRegister); err != nil {
		return err
	}
	err := s.door.Register(ctx, s.pending.Phone, s.pending.Password)
	switch {
	case err == nil:
		return s.finish(ctx, market.Report{Stage: market.StageCode})
	case market.KindOf(err) == market.Exists:
		return s.enter(ctx, func(err error) error {
			switch {
			case ours && market.KindOf(err) == market.BadCredentials:
				return s.finish(ctx, market.Report{Stage: market.StageCode})
			case ours: // it stays begun, and so our own, until somebody gets in
				return s.settle(ctx, err)
			}
			return s.refused(ctx, stepRegister, err)
		})
	}
	return s.refused(ctx, stepRegister, err)
}

// confirm brings the code. Where an answer was lost the code may be used up, so
// signing in is tried first.
func (s *sign) confirm(ctx context.Context) error {
	if !s.begun(stepConfirm) || s.pending.Password == "" {
		return s.sendCode(ctx)
	}
	return s.enter(ctx, func(err error) error {
		if market.KindOf(err) == market.BadCredentials {
			return s.sendCode(ctx)
		}
		return s.settle(ctx, err)
	})
}

func (s *sign) sendCode(ctx context.Context) error {
	if err := s.try(ctx, stepConfirm); err != nil {
		return err
	}
	secret, err := s.door.Confirm(ctx, s.account, s.pending.Phone, s.job.Code)
	switch {
	case market.KindOf(err) == market.BadCredentials:
		return s.wrongCode(ctx, err)
	case err != nil:
		return s.refused(ctx, stepConfirm, err)
	case secret != "":
		return s.finish(ctx, market.Report{Stage: market.StageDone, Secret: secret})
	}
	return s.enter(ctx, func(err error) error {
		if market.KindOf(err) == market.BadCredentials { // the number is ours, the password is not its own
			return s.finish(ctx, market.Report{Stage: market.StagePassword})
		}
		return s.settle(ctx, err)
	})
}

// wrongCode tells that the code does not match, unless an earlier one whose
// answer was lost has opened the account already.
func (s *sign) wrongCode(ctx context.Context, refusal error) error {
	if s.pending.Password == "" {
		return s.refused(ctx, stepConfirm, refusal)
	}
	return s.enter(ctx, func(err error) error {
		if market.KindOf(err) == market.BadCredentials {
			err = refusal
		}
		return s.refused(ctx, stepConfirm, err)
	})
}

// enter signs in; what a refusal means is the caller's to say.
func (s *sign) enter(ctx context.Context, refused func(error) error) error {
	if s.pending.Password == "" {
		return s.finish(ctx, market.Report{Stage: market.StagePassword})
	}
	secret, err := s.door.SignIn(ctx, s.account, s.pending.Phone, s.pending.Password)
	if err != nil {
		return refused(err)
	}
	return s.finish(ctx, market.Report{Stage: market.StageDone, Secret: secret})
}

// try saves that a step is about to be sent.
func (s *sign) try(ctx context.Context, step string) error {
	attempt, err := s.begin(ctx, step, nil)
	if err != nil {
		return err
	}
	s.attempts[step] = attempt
	if !s.held.Live() {
		return lanes.ErrStale
	}
	return nil
}

// begun reports whether a step was sent whose answer nobody has.
func (s *sign) begun(step string) bool { return s.attempts[step].State == market.AttemptBegun }

// refused closes a step that took no effect. One whose answer is lost stays
// begun: the next try asks the market what became of it.
func (s *sign) refused(ctx context.Context, step string, cause error) error {
	if kind := market.KindOf(cause); kind != "" && kind != market.UnknownOutcome {
		attempt := s.attempts[step]
		attempt.State, attempt.EndedAt = market.AttemptFailed, s.Now()
		if err := s.commit(ctx, market.Changes{Attempts: []market.Attempt{attempt}}, lanes.Outcome{}); err != nil {
			return err
		}
	}
	return s.settle(ctx, cause)
}

// finish ends the job and what it had begun, and tells the person.
func (s *sign) finish(ctx context.Context, r market.Report) error {
	row, err := s.report("end", r)
	if err != nil {
		return err
	}
	var ended []market.Attempt
	for _, a := range s.attempts {
		if a.State == market.AttemptBegun {
			a.State, a.EndedAt = market.AttemptDone, s.Now()
			ended = append(ended, a)
		}
	}
	return s.commit(ctx, market.Changes{Attempts: ended}, lanes.Outcome{Rows: []lanes.NewRow{row}, Close: true})
}
