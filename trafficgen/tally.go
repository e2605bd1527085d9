package main

import "fmt"

// A tally says what was written.
type tally struct {
	octets, packets int64
	// begun counts SMTP sessions, whole those of them that came to their end.
	begun, whole int64
	// halfOpen counts connections of a flood.
	halfOpen int64
	// smtp is SMTP's share of the octets, those of a flood not counted.
	smtp float64
}

// String returns one line for people and scripts.
func (t tally) String() string {
	return fmt.Sprintf("%d octets, %d packets, %d sessions, %d of them to their end, %d half-open connections, %.1f %% SMTP",
		t.octets, t.packets, t.begun, t.whole, t.halfOpen, 100*t.smtp)
}
