package tlsparse

import (
	"smtpscope/tlscrypt"
	"smtpscope/tlskeys"
)

// Options steer a Parser. The zero value gives facts, and no plaintext.
type Options struct {
	// Keys are looked up by the client's random; nil: there are none.
	Keys *tlskeys.Store
	// RSA are keys of servers, for key exchanges by plain RSA.
	RSA []*tlskeys.RSAKey
	// Growing tells that keys may come later than the records that they open: the
	// records wait, up to Limits.Waiting. Nil: they do not.
	Growing func() bool
	// Sessions are shared with other parsers of the goroutine; nil: of a connection
	// that resumes an earlier one, the keys have to name it.
	Sessions *Sessions
	// Certificates are shared with other parsers of the goroutine; nil: none are.
	Certificates *CertificateCache
	// Hellos are shared in the same way.
	Hellos *HelloCache
	// Handler takes the plaintext; nil: nobody wants it.
	Handler Handler
	// Limits bound what is kept; zero fields mean the defaults.
	Limits Limits
}

// Limits bound the memory and the work of one Parser.
type Limits struct {
	// Message is the longest handshake message read, in octets; default 131,072.
	Message int
	// Waiting is how many octets wait for a key; default 262,144.
	Waiting int
	// Trial is how many octets are decrypted in vain, to find the number of a record
	// behind a hole; default 64 MiB.
	Trial int64
	// Alerts and Flights are numbers of entries; defaults 10 and 16.
	Alerts, Flights int
}

func (l Limits) withDefaults() Limits {
	for _, d := range [...]struct {
		limit *int
		value int
	}{{&l.Message, 1 << 17}, {&l.Waiting, 1 << 18}, {&l.Alerts, 10}, {&l.Flights, 16}} {
		if *d.limit <= 0 {
			*d.limit = d.value
		}
	}
	if l.Trial <= 0 {
		l.Trial = 64 << 20
	}
	return l
}

// A Parser follows the TLS of one connection.
type Parser struct {
	options Options
	lim     Limits
	facts   Facts
	halves  [2]half

	hello      clientHello
	chosen     serverHello
	version    uint16 // the one agreed on, 0 while there is none
	suite      tlscrypt.Suite
	agreement  agreement
	early      early
	held       []heldRecord // early data whose fate is not known
	heldOctets int

	// transcript holds the handshake messages up to ClientKeyExchange, for who has
	// the premaster secret; masters are the secrets to be tried.
	transcript []byte
	masters    [][tlscrypt.MasterSecretLen]byte
	exchange   []byte // the encrypted premaster secret of a ClientKeyExchange
	// proven tells that masters[0] opened records; ticket is what resumes the session.
	proven bool
	ticket sessionKey

	waiting waiting
	trial   int64 // octets that may still be decrypted in vain
	opened  bool  // some record gave plaintext
	plain   []byte
}

// An agreement is what became of the handshake under way.
type agreement uint8

const (
	noAgreement     agreement = iota
	agreed                    // version and suite are known
	agreedWithProof           // and the server sent what a handshake that resumes nothing has
	broken                    // an alert ended it
)

// A half is one direction.
type half struct {
	dir    Dir
	awaits awaits

	framing framing
	buf     []byte // the record begun
	skip    int    // octets of the record that is passed by
	records int64

	message     []byte // the handshake message begun
	messageSkip int    // octets of one that is too long

	epoch   epoch
	misfits int  // records in a row that did not open
	torn    bool // octets are missing since the last record that opened
	lost    loss
	proof   proof
}

// A proof says what shows that the direction's handshake came to its end.
type proof uint8

const (
	noProof    proof = iota
	sealedSeen       // records under keys
	endSeen          // Finished, or records that come behind it only
	spoken           // application data was read, or seen in TLS 1.2 and before
)

// NewParser returns a parser at the beginning of a connection.
func NewParser(o Options) *Parser {
	if o.Certificates == nil {
		o.Certificates = new(CertificateCache)
	}
	if o.Hellos == nil {
		o.Hellos = new(HelloCache)
	}
	p := &Parser{options: o, lim: o.Limits.withDefaults()}
	p.Reset()
	return p
}

// keptBuffer is the longest buffer, in octets, that serves the next connection.
const keptBuffer = 32 << 10

// Reset makes the parser ready for another connection, and overwrites the keys of
// the last one. The memory of its Facts serves the next: only strings, certificates
// and what a ClientHello offered stay as they are.
func (p *Parser) Reset() {
	p.forgetKeys()
	p.facts.reset()
	for dir := range p.halves {
		h := &p.halves[dir]
		*h = half{dir: Dir(dir), awaits: expectHello, buf: shrunk(h.buf), message: shrunk(h.message)}
	}
	p.hello.reset()
	p.chosen = serverHello{sessionID: p.chosen.sessionID[:0], extensions: p.chosen.extensions[:0]}
	p.version, p.suite, p.agreement, p.early = 0, tlscrypt.Suite{}, noAgreement, earlyNone
	p.held, p.heldOctets = nil, 0
	p.transcript, p.exchange, p.ticket = shrunk(p.transcript), nil, sessionKey{}
	p.waiting = waiting{}
	p.trial, p.opened = p.lim.Trial, false
	clear(p.plain[:cap(p.plain)])
	p.plain = shrunk(p.plain)
}

func shrunk(b []byte) []byte {
	if cap(b) > keptBuffer {
		return nil
	}
	return b[:0]
}

func (f *Facts) reset() {
	*f = Facts{
		ServerExtensions:   f.ServerExtensions[:0],
		ServerCertificates: f.ServerCertificates[:0], ClientCertificates: f.ClientCertificates[:0],
		Alerts: f.Alerts[:0], Flights: f.Flights[:0],
	}
}

// Facts returns what is known so far. After Close it is final, and valid until
// Reset.
func (p *Parser) Facts() *Facts { return &p.facts }

// Kept is how many octets the parser holds of its connection, about.
func (p *Parser) Kept() int {
	n := len(p.transcript) + len(p.waiting.octets) + len(p.waiting.waiters)*waiterOctets + p.heldOctets
	for dir := range p.halves {
		n += len(p.halves[dir].buf) + len(p.halves[dir].message)
	}
	return n
}

// Frugal makes the parser hold less: nothing waits for keys any more.
func (p *Parser) Frugal() { p.stopWaiting() }

// Feed takes the next bytes of one direction. The data is not kept.
func (p *Parser) Feed(dir Dir, at Mark, data []byte) {
	if len(data) == 0 {
		return
	}
	p.Retry()
	p.run(&p.halves[dir], at, data)
}

// run reads octets until records have to wait for a key; then the octets wait, too.
func (p *Parser) run(h *half, at Mark, data []byte) {
	for len(data) > 0 {
		if p.waiting.any() {
			p.delay(h.dir, at, data)
			return
		}
		data = data[p.step(h, at, data):]
	}
}

// Gap tells that n bytes of one direction are missing (0: unknown how many).
func (p *Parser) Gap(dir Dir, at Mark, n int64) {
	if p.waiting.any() {
		p.waiting.add(waiter{dir: dir, at: at, gap: true, missing: n}, nil)
		return
	}
	p.gap(&p.halves[dir], at, n)
}

// Close tells that the connection, or the capture of it, is over; ended is true
// for the former. Keys are overwritten.
func (p *Parser) Close(at Mark, ended bool) {
	p.Retry()
	p.stopWaiting()
	for dir := range p.halves {
		h := &p.halves[dir]
		if len(h.buf) > 0 && h.framing != blind {
			h.lost.octets(int64(len(h.buf)))
		}
		if p.opened && h.sealed() {
			p.tellLoss(h, at)
		}
	}
	p.conclude(ended)
	p.forgetKeys()
}

// malformed notes what is out of shape; the first of it stands.
func (p *Parser) malformed(what string) {
	if p.facts.Malformed == "" {
		p.facts.Malformed = what
	}
}

// prove notes that the direction's handshake came to its end.
func (p *Parser) prove(h *half) { h.proof = max(h.proof, endSeen) }

// settled tells that the handshake is over, as far as can be seen.
func (p *Parser) settled() bool {
	return p.halves[Client].proof >= endSeen && p.halves[Server].proof >= endSeen
}

// conclude says how the handshake ended.
func (p *Parser) conclude(ended bool) {
	f := &p.facts
	client, server := &p.halves[Client], &p.halves[Server]
	failed := p.agreement == broken
	switch {
	case p.version == 0 && f.ClientRandom == "" && (client.records > 0 || server.records > 0 || client.torn || server.torn) && !failed:
		f.Outcome = Unseen
	case client.proof >= endSeen && server.proof >= sealedSeen && !failed:
		f.Outcome = Done
	case failed:
		f.Outcome = Failed
	case client.torn || server.torn:
		f.Outcome = Unseen
	case server.records == 0:
		f.Outcome = Unanswered
	case ended:
		f.Outcome = Failed
	default:
		f.Outcome = Unfinished
	}
}

func (p *Parser) isTLS13() bool { return p.version >= versionTLS13 }
