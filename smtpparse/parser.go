package smtpparse

import "time"

// Dir is the direction of bytes.
type Dir uint8

// The two directions.
const (
	Client Dir = iota // from the client
	Server            // from the server
)

// String returns "client" or "server", as in the JSON record.
func (d Dir) String() string {
	if d == Client {
		return "client"
	}
	return "server"
}

// A Mark is where and when bytes were seen.
type Mark struct {
	Time  time.Time
	Frame int64
}

// Options steer a Parser. The zero value is useful.
type Options struct {
	// ShowSecrets keeps credentials readable in the Session.
	ShowSecrets bool
	// Midstream tells that the conversation's beginning is not in the capture.
	Midstream bool
	// Limits bound what is kept; zero fields mean the defaults.
	Limits Limits
	// Opaque takes the bytes of the TLS part in order; nil: they are counted only.
	Opaque func(dir Dir, at Mark, data []byte)
}

// Limits bound the memory of one Session.
type Limits struct {
	// Line is the longest line kept, in octets (12,288: RFC 4954, section 4, plus
	// room for tokens: default 65,536).
	Line int
	// Dialogue, Auth, Messages, Recipients (of one message), Anomalies and
	// Capabilities (of one reply) are numbers of entries.
	Dialogue, Auth, Messages, Recipients, Anomalies, Capabilities int
	// Header is how much of a message's header is read, in octets.
	Header int
}

// A Parser follows one conversation.
type Parser struct{}

// NewParser returns a parser at the beginning of a conversation.
func NewParser(o Options) *Parser { panic("not written yet") }

// Reset makes the parser ready for another conversation with the same options.
// The Session handed out before stays as it is.
func (p *Parser) Reset(midstream bool) { panic("not written yet") }

// Feed takes the next bytes of one direction. The data is not kept.
func (p *Parser) Feed(dir Dir, at Mark, data []byte) { panic("not written yet") }

// Gap tells that n bytes of one direction are missing (0: unknown how many).
func (p *Parser) Gap(dir Dir, at Mark, n int64) { panic("not written yet") }

// End tells that a direction has ended.
func (p *Parser) End(dir Dir, at Mark) { panic("not written yet") }

// Close tells that the conversation is over: what is pending is settled.
func (p *Parser) Close(at Mark) { panic("not written yet") }

// Session returns the session as far as it is known. It grows with every call
// of Feed; after Close it is final.
func (p *Parser) Session() *Session { panic("not written yet") }

// Guess says what the first bytes of a direction look like.
type Guess uint8

// The guesses.
const (
	GuessMore    Guess = iota // too few bytes to tell
	GuessNotSMTP              // neither
	GuessClient               // an SMTP client's (EHLO, HELO, LHLO, other verbs, a PROXY header)
	GuessServer               // an SMTP server's (three digits and a space or hyphen)
	GuessTLS                  // a TLS record: ClientHello
)

// LooksLike judges the first bytes of a direction: which side of an SMTP
// conversation sends such. It is for connections whose opening was not seen,
// and for finding SMTP on any port.
func LooksLike(data []byte) Guess { panic("not written yet") }
