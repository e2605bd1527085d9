package tui

import (
	tea "charm.land/bubbletea/v2"
)

// An octetState says how far the reading of octets has come.
type octetState int

const (
	octetsUnread octetState = iota
	octetsReading
	octetsRead
	octetsFailed
)

// readOctets asks for the octets of the tokens, once.
func (s *sessionScreen) readOctets() tea.Cmd {
	if s.octets != octetsUnread || s.session == nil || len(s.session.Auth) == 0 {
		return nil
	}
	if s.options.Octets == nil {
		s.octets, s.failed = octetsFailed, "Packets are not kept, so there are no octets to show."
		return nil
	}
	s.octets = octetsReading
	read, row, request := s.options.Octets, s.row, OctetsRequest{Session: s.facts}
	for _, a := range s.session.Auth {
		if a != nil {
			request.Last = max(request.Last, a.LastFrame)
		}
	}
	return func() tea.Msg {
		octets, err := read(request)
		return octetsReadMsg{row: row, octets: octets, err: err}
	}
}

func (s *sessionScreen) octetsRead(m octetsReadMsg) {
	if m.err != nil {
		s.octets, s.failed = octetsFailed, "The octets cannot be read: "+m.err.Error()
		return
	}
	s.octets = octetsRead
	s.tokens = tokensIn(s.session.Auth, m.octets)
}

// stepOf finds the step of an attempt that a frame of a side carries.
func (s *sessionScreen) stepOf(from string, frame int64, kind string) (stepKey, bool) {
	for i, a := range s.session.Auth {
		if a == nil {
			continue
		}
		for j := range a.Steps {
			if st := &a.Steps[j]; st.Frame == frame && st.From == from && st.Kind == kind {
				return stepKey{i, j}, true
			}
		}
	}
	return stepKey{}, false
}
