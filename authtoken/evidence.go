package authtoken

import "strings"

// A ticketSent says how far the client's Kerberos token binds it to Kerberos.
type ticketSent uint8

const (
	ticketNone       ticketSent = iota
	ticketOptimistic            // in the NegTokenInit: a guess until the server selects
	ticketDropped               // the server selected NTLMSSP instead
	ticketBinding               // sent without negotiation or after it
)

// An offer is what the client's mechTypes say of Kerberos.
type offer uint8

const (
	offerUnseen   offer = iota // no NegTokenInit of the client was seen
	offerNone                  // no Kerberos mechanism in it
	offerKerberos              // at least one
)

// A carrier is the SPNEGO message that carries the token in hand.
type carrier uint8

const (
	carriedByNone carrier = iota
	carriedByInit
	carriedByResp
)

// What Actual says of tokens.
const (
	actualKerberos = "kerberos"
	actualIAKERB   = "iakerb"
	actualNTLM     = "ntlm"
	actualUnknown  = "unknown"
	actualNone     = "none"
)

// Actual says what the exchange really was, by its tokens: "kerberos",
// "iakerb", "ntlm", the lower-case SASL name ("plain", "scram-sha-256", …) where
// the mechanism is its own proof, "unknown" for a mechanism that is not known and
// for an exchange that is Mixed or whose ticket was not in its place, or "none"
// where the name cannot decide (GSSAPI, GSS-SPNEGO, no name) and no token was sent
// that does.
func (x *Exchange) Actual() string {
	if x.Mixed {
		return actualUnknown
	}
	if x.proven != "" {
		return x.proven
	}
	if x.family == familyGSS && x.SPNEGO != nil {
		if protocol := protocolOf(x.SPNEGO.Selected); protocol != "" {
			return protocol
		}
	}
	switch x.family {
	case familyUnknown:
		return actualUnknown
	case familyGSS:
		switch {
		case x.mechanism == "NTLM":
			return actualNTLM
		case strings.HasPrefix(x.mechanism, "GS2-KRB5"):
			return actualKerberos
		case strings.HasPrefix(x.mechanism, "GS2-IAKERB"):
			return actualIAKERB
		case strings.HasPrefix(x.mechanism, "GS2-"):
			return actualUnknown
		}
		return actualNone
	}
	return lowerMechanism(x.mechanism)
}

// decisive notes what a token proves. Only the client's count: it is the client
// that chooses. An AP-REQ after IAKERB tokens spends the ticket that they got.
func (s *scan) decisive(protocol string) {
	if s.from != Client || protocol == actualKerberos && s.x.proven == actualIAKERB {
		return
	}
	s.x.proven = protocol
}

// sentTicket takes an AP-REQ or an IAKERB token into the evidence and reports
// whether it is any: it must be the client's, under a mechanism that has room
// for it, and in SPNEGO only if the client has listed Kerberos.
func (s *scan) sentTicket(protocol string) bool {
	if s.from == Server {
		return false
	}
	x := s.x
	switch {
	case s.carrier == carriedByInit && x.ticket == ticketNone && !x.response:
		x.ticket = ticketOptimistic
	default:
		x.ticket = ticketBinding
	}
	x.Mixed = x.Mixed || x.response && x.ticket == ticketBinding
	switch {
	case x.family == familyUnknown:
		return false
	case s.carrier != carriedByNone && x.offer == offerNone:
		s.damage("", s.in.at(), "Kerberos, which mechTypes does not list")
		s.decisive(actualUnknown)
		return false
	}
	s.decisive(protocol)
	return true
}

// sentResponse takes an NTLM AUTHENTICATE_MESSAGE into the evidence.
func (s *scan) sentResponse() {
	if s.from == Server {
		return
	}
	x := s.x
	x.response = true
	x.Mixed = x.Mixed || x.ticket == ticketOptimistic || x.ticket == ticketBinding
	s.decisive(actualNTLM)
}

// selected takes the server's choice: NTLMSSP drops the ticket of the NegTokenInit.
func (s *scan) selected(mechanism string) {
	s.x.spnego().Selected = mechanism
	if mechanism == "NTLMSSP" && s.x.ticket == ticketOptimistic {
		s.x.ticket = ticketDropped
	}
}

// offered takes the client's mechTypes, one at a time.
func (s *scan) offered(mechanism string) {
	switch protocolOf(mechanism) {
	case actualKerberos, actualIAKERB:
		s.x.offer = offerKerberos
	}
}
