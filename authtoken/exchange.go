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
	family    family // the mechanism's
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

	room room
}

// NewExchange begins an exchange of the SASL mechanism that was named on the
// wire, in any case; "" when the name was not seen.
func NewExchange(mechanism string, o Options) *Exchange {
	x := &Exchange{options: o}
	x.named(strings.ToUpper(mechanism))
	return x
}

// Reset begins another exchange in the memory of this one. All that it has handed
// out (tokens with their trees and lists, summaries) is overwritten by what
// comes; strings stay as they are. Lists may be shared with other exchanges, so
// what was handed out is to be read only.
func (x *Exchange) Reset(mechanism string, o Options) {
	*x = Exchange{options: o, room: x.room}
	x.room.reset()
	x.named(strings.ToUpper(mechanism))
}

// named takes the mechanism's name in upper case.
func (x *Exchange) named(mechanism string) { x.mechanism, x.family = mechanism, familyOf(mechanism) }

// Add decodes the next token and takes it into the summaries. An empty token is
// a token (kind "empty").
func (x *Exchange) Add(from Side, token []byte) *Token {
	s := scratches.Get().(*scratch)
	d := &s.decoder
	d.start(x, &s.words, from)
	t := d.dispatch(span{b: token})
	d.x = nil
	scratches.Put(s)
	if from == Client {
		x.answered = true
	}
	return t
}
