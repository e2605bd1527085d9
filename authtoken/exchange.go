package authtoken

import "strings"

// A Side is one end of a SASL exchange.
type Side uint8

// The two sides.
const (
	Client Side = iota
	Server
)

// An Exchange follows the tokens of one authentication attempt and sums up
// what they say. The zero value is not usable; see NewExchange.
type Exchange struct {
	// SPNEGO, NTLM, Kerberos, Layer and SASL are nil until a token spoke of them.
	SPNEGO   *SPNEGO
	NTLM     *NTLM
	Kerberos *Kerberos
	Layer    *SASLLayer
	SASL     *SASL

	mechanism string // upper case; inferred from a token if it was not seen
	options   Options

	proven    string    // what the client's last decisive token was; "" if none
	ntlmFlags uint32    // those of the last NTLM message, for messages without any
	login     loginStep // LOGIN only
	answered  bool      // the client has sent a token (GS2, OAUTHBEARER: the first is different)

	// For Unwrap: messages are not those of the exchange but come after it.
	layered bool
	plain   []byte
	sealed  bool
}

// NewExchange begins an exchange of the SASL mechanism that was named on the
// wire, in any case; "" when the name was not seen.
func NewExchange(mechanism string, o Options) *Exchange {
	return &Exchange{mechanism: strings.ToUpper(mechanism), options: o}
}

// Add decodes the next token and takes it into the summaries. An empty token is
// a token (kind "empty").
func (x *Exchange) Add(from Side, token []byte) *Token {
	d := newDecoder(x, from)
	defer d.release()
	t := d.dispatch(span{b: token})
	if from == Client {
		x.answered = true
	}
	return t
}

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
// the mechanism is its own proof, "unknown" for a mechanism that is not known,
// or "none" where the name cannot decide (GSSAPI, GSS-SPNEGO, no name) and no
// token was sent that does.
func (x *Exchange) Actual() string {
	if x.proven != "" {
		return x.proven
	}
	family := familyOf(x.mechanism)
	if family == familyGSS && x.SPNEGO != nil {
		if protocol := protocolOf(x.SPNEGO.Selected); protocol != "" {
			return protocol
		}
	}
	switch family {
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
	return strings.ToLower(x.mechanism)
}

// decisive notes what a token proves. Only the client's count: it is the client
// that chooses. An AP-REQ after IAKERB tokens spends the ticket that they got.
func (s *scan) decisive(protocol string) {
	if s.from == Server || protocol == actualKerberos && s.x.proven == actualIAKERB {
		return
	}
	s.x.proven = protocol
}

func (x *Exchange) spnego() *SPNEGO {
	if x.SPNEGO == nil {
		x.SPNEGO = &SPNEGO{MechTypes: []string{}}
	}
	return x.SPNEGO
}

func (x *Exchange) ntlm() *NTLM {
	if x.NTLM == nil {
		x.NTLM = &NTLM{Flags: []string{}}
	}
	return x.NTLM
}

func (x *Exchange) kerberos() *Kerberos {
	if x.Kerberos == nil {
		x.Kerberos = &Kerberos{}
	}
	return x.Kerberos
}

func (x *Exchange) layer() *SASLLayer {
	if x.Layer == nil {
		x.Layer = &SASLLayer{Offered: []string{}}
	}
	return x.Layer
}

func (x *Exchange) sasl() *SASL {
	if x.SASL == nil {
		x.SASL = &SASL{}
	}
	return x.SASL
}
