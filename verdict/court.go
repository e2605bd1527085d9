package verdict

import "smtpscope/smtpparse"

// A Court judges one session after the other in the same memory, and remembers
// the texts that it makes. It serves one goroutine.
type Court struct {
	phrasebook

	// What follows is of the session at hand.

	product product // unasked until somebody asks
	offer   offer   // of its hello; nil: none was asked for
	marks   marks   // of the attempt that was last asked for
	around  Surroundings

	// evidence is as it was found, merged by frame.
	evidence, merged []Evidence
	causes           []Cause
	findings         []Finding
	waiting          []int    // places of commands without a reply
	weak             []string // mechanisms
}

// NewCourt gives a Court for many sessions.
func NewCourt() *Court { return &Court{phrasebook: newPhrasebook()} }

// Judge gives the verdict on a session and what else was found in it. It reads
// nothing but the session and what was around it (nil: nothing is known), and
// changes neither. The slices are valid until the next call, their strings for ever.
func (ct *Court) Judge(s *smtpparse.Session, around Surroundings) (Verdict, []Finding) {
	ct.around = around
	ct.product, ct.offer.hello, ct.marks.of = unasked, nil, nil
	r := ct.rule(s)
	v := Verdict{
		State:    r.state,
		Clear:    clearPassword(s) != nil,
		Text:     ct.sentence(s, r),
		Evidence: ct.prove(s, r),
		Causes:   ct.explain(s, r),
	}
	v.Decide = ct.decide(v.Causes)
	if r.state == Encrypted {
		v.Hint = ct.hint(s)
	}
	if r.state == Failed {
		v.FailedMechanism = ct.reallyWas(r.auth)
	}
	return v, ct.find(s, r)
}
