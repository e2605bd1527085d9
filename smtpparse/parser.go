package smtpparse

import (
	"smtpscope/authtoken"
	"smtpscope/reuse"
	"smtpscope/tlsparse"
)

// The two directions, and where bytes were seen, are those of the TLS that the
// conversation may be in: it is one stream, and what is read of it goes back and forth.
type (
	// Dir is the direction of bytes.
	Dir = tlsparse.Dir
	// A Mark is where and when bytes were seen.
	Mark = tlsparse.Mark
)

// The two directions.
const (
	Client = tlsparse.Client
	Server = tlsparse.Server
)

// Options steer a Parser. The zero value is useful.
type Options struct {
	// ShowSecrets keeps credentials readable in the Session.
	ShowSecrets bool
	// Tickets opens Kerberos tickets; nil: they stay closed.
	Tickets authtoken.TicketOpener
	// Midstream tells that the conversation's beginning is not in the capture.
	Midstream bool
	// Limits bound what is kept; zero fields mean the defaults.
	Limits Limits
	// Phrases are shared with other parsers of the goroutine; nil: nothing is shared.
	Phrases *reuse.Strings
	// Opaque takes the TLS part; nil: its octets are counted only.
	Opaque Opaque
}

// An Opaque takes what is no text: the octets of the TLS part in order, as they
// stand in the records. It is called from within Feed and Gap, and must not call
// the parser itself: plaintext goes to FeedDecrypted afterwards.
type Opaque interface {
	Opaque(dir Dir, at Mark, data []byte)
	// OpaqueGap tells that n octets are missing (0: unknown how many).
	OpaqueGap(dir Dir, at Mark, n int64)
	// NotOpaque tells that what was handed on so far was no TLS after all.
	NotOpaque()
}

// Limits bound the memory of one Session.
type Limits struct {
	// Line is the longest line kept, in octets; default 65,536 (RFC 4954, section
	// 4, asks for 12,288).
	Line int
	// Dialogue, Auth, Messages, Recipients (of one message), Anomalies and
	// Capabilities (of one reply) are numbers of entries; defaults 10,000, 100,
	// 1,000, 1,000, 200, 200.
	Dialogue, Auth, Messages, Recipients, Anomalies, Capabilities int
	// Header is how much of a message's header is read, in octets; default 65,536.
	Header int
	// Memory is how much is kept of one session in all, in octets, by estimate;
	// default 4 MiB. See [Parser.Kept].
	Memory int
}

// A Parser follows one conversation.
type Parser struct {
	options Options
	lim     Limits
	s       *Session
	strings arena
	room    room
	kept    int // octets of s, estimated
	thrift  thrift

	state state
	in    [2]input
	inTLS bool // what is read now came out of TLS

	queue         queue
	waiting       []answer // replies that wait for sense (align.go)
	reply         reply
	challengeText []byte // of the last 334

	held     hold
	draining draining
	heldBack heldBack
	oneSided bool // the server is not in the capture: no reply is waited for

	tx        *transaction // the mail transaction under way
	body      body
	doubt     doubt // of where the message ends
	rereads   int   // messages that ended elsewhere than the client meant
	readAgain int64 // last frame of octets that were read once more for that
	left      int64 // counted octets to come
	lastChunk bool
	lhlo      bool // LMTP
	unsure    bool // a hole may hold the MAIL or RCPT of what follows

	attempt    *attempt // the AUTH attempt under way
	authDone   bool     // a 235 was seen
	layer      layerChoice
	unwrapping bool // what is read now came out of the SASL layer

	veil     veil // of what the client's octets are taken for
	starttls starttls
	proxied  proxied
	secrets  secrets
	scratch  []byte
}

// NewParser returns a parser at the beginning of a conversation.
func NewParser(o Options) *Parser {
	p := &Parser{options: o, lim: o.Limits.withDefaults(), s: &Session{}, strings: arena{phrases: o.Phrases}}
	p.Reset(o.Midstream)
	return p
}

// Reset makes the parser ready for another conversation with the same options.
// The memory of the Session handed out before serves the next one: only its
// strings stay as they are.
func (p *Parser) Reset(midstream bool) {
	p.options.Midstream = midstream
	p.recycle()
	p.kept, p.thrift = 0, generous
	for dir := range p.in {
		p.in[dir].reset()
	}
	p.unsure = midstream
	p.inTLS, p.oneSided, p.unwrapping, p.draining = false, false, false, drainNone
	p.starttls, p.proxied, p.left, p.lastChunk = starttls{}, proxied{}, 0, false
	p.body.tx, p.rereads, p.readAgain = nil, 0, -1
	p.secrets.reset()
	p.veil.drop()
	p.forget()
	if midstream {
		p.state = expectServerWord
		p.heldBack.begin()
		p.secrets.wary = true
		p.queue.push(newPending(pendingUnknown, Mark{}))
	} else {
		p.queue.push(newPending(pendingGreeting, Mark{}))
	}
}

// Feed takes the next bytes of one direction. The data is not kept.
func (p *Parser) Feed(dir Dir, at Mark, data []byte) {
	if len(data) == 0 {
		return
	}
	if p.in[dir].wire == wireTLS {
		p.opaque(dir, at, data)
		return
	}
	p.feed(dir, at, data)
}

// Gap tells that n bytes of one direction are missing (0: unknown how many).
func (p *Parser) Gap(dir Dir, at Mark, n int64) {
	if p.in[dir].wire == wireTLS {
		if !p.inTLS {
			p.say(dir, at, &Line{Kind: LineGap, Octets: n})
		}
		if dir == Client && p.veil.stage != noVeil {
			p.veil.gap(at, n)
		}
		if p.options.Opaque != nil {
			p.options.Opaque.OpaqueGap(dir, at, n)
		}
		return
	}
	p.gap(dir, at, n)
}

// End tells that a direction has ended.
func (p *Parser) End(dir Dir, at Mark) { p.say(dir, at, &Line{Kind: LineEnd}) }

// Session returns the session as far as it is known. It grows with every call
// of Feed; after Close it is final.
func (p *Parser) Session() *Session { return p.s }
