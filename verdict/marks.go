package verdict

import (
	"strings"

	"smtpscope/smtpparse"
)

// marks are the frames in which an attempt's tokens stand: of each kind the first,
// 0 if there is none.
type marks struct {
	of *smtpparse.Auth

	apReq, apRep, krbError             int64
	negTokenResp                       int64
	negotiate, challenge, authenticate int64
}

// marksOf reads the steps of an attempt, once for all who ask about it.
func (ct *Court) marksOf(a *smtpparse.Auth) *marks {
	m := &ct.marks
	if m.of == a {
		return m
	}
	*m = marks{of: a}
	for i := range a.Steps {
		st := &a.Steps[i]
		for kind, more := st.Kind, true; more; {
			var carrier string
			carrier, kind, more = strings.Cut(kind, " > ")
			if place := m.place(carrier); place != nil && *place == 0 {
				*place = st.Frame
			}
		}
	}
	return m
}

// place is where the frame of a token of that kind is noted.
func (m *marks) place(kind string) *int64 {
	switch kind {
	case "krb5.AP-REQ":
		return &m.apReq
	case "krb5.AP-REP":
		return &m.apRep
	case "krb5.KRB-ERROR":
		return &m.krbError
	case "spnego.NegTokenResp":
		return &m.negTokenResp
	case "ntlm.Negotiate":
		return &m.negotiate
	case "ntlm.Challenge":
		return &m.challenge
	case "ntlm.Authenticate":
		return &m.authenticate
	}
	return nil
}

// onlyNegotiate tells that the NTLM exchange ended with its first message.
func (m *marks) onlyNegotiate() bool {
	return m.negotiate > 0 && m.challenge == 0 && m.authenticate == 0
}
