package authtoken

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

	mechanism string // upper case
	options   Options
}

// NewExchange begins an exchange of the SASL mechanism that was named on the
// wire, in any case; "" when the name was not seen.
func NewExchange(mechanism string, o Options) *Exchange {
	panic("not written yet")
}

// Add decodes the next token and takes it into the summaries. An empty token is
// a token (kind "empty").
func (x *Exchange) Add(from Side, token []byte) *Token {
	panic("not written yet")
}

// Actual says what the exchange really was, by its tokens: "kerberos",
// "iakerb", "ntlm", the lower-case SASL name ("plain", "scram-sha-256", …) where
// the mechanism is its own proof, "unknown" for a mechanism that is not known,
// or "none" where the name cannot decide (GSSAPI, GSS-SPNEGO, no name) and no
// token was sent that does.
func (x *Exchange) Actual() string {
	panic("not written yet")
}

// Decode decodes a single token by its octets alone, as found behind GSSAPI,
// GSS-SPNEGO and NTLM.
func Decode(token []byte, o Options) *Token {
	panic("not written yet")
}

// An Unwrapped is a protected message with its protection taken off.
type Unwrapped struct {
	Token *Token
	// Plain is the message, nil when it is sealed or cannot be read.
	Plain []byte
	// Sealed tells that the message is encrypted.
	Sealed bool
}

// Unwrap takes the protection off one per-message token (RFC 4121 Wrap, RFC 1964
// Wrap, NTLM signature) as far as that can be done without keys.
func Unwrap(token []byte, o Options) Unwrapped {
	panic("not written yet")
}
