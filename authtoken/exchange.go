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

	// Mixed: the client sent decisive tokens of more than one mechanism after the
	// negotiation was settled: an NTLM AUTHENTICATE_MESSAGE, and an AP-REQ or an
	// IAKERB token, in any order. Nothing is proven then. A Kerberos token in the
	// NegTokenInit that the server answers by selecting NTLMSSP is not one of
	// them: RFC 4178, section 3.2, has it dropped.
	Mixed bool

	mechanism string // upper case; inferred from a token if it was not seen
	options   Options

	proven    string     // what the client's last decisive token was; "" if none
	ticket    ticketSent // by the client
	response  bool       // the client has sent an NTLM AUTHENTICATE_MESSAGE
	offer     offer      // what the client's mechTypes list
	ntlmFlags uint32     // those of the last NTLM message, for messages without any
	login     loginStep  // LOGIN only
	lost      bool       // a part was not seen; see Lost
	bearer    string     // the client's token if it is short; to know it again in an error
	answered  bool       // the client has sent a token (GS2, OAUTHBEARER: the first is different)

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
