package inspect

import (
	"strings"
	"time"

	"smtpscope/capture"
	"smtpscope/smtpparse"
	"smtpscope/tlsparse"
)

// How the TLS of a conversation is read: the SMTP parser hands on what is no text,
// the TLS parser makes plaintext of it, and the SMTP parser reads that. The parser
// of SMTP must not be called while it is calling, so the plaintext is collected, and
// fed when it has returned.

// A tunnel carries octets between the two parsers of a shard. It serves one
// conversation at a time.
type tunnel struct {
	shard        *shard
	conversation *conversation
	plain        []byte
	pieces       []plainPiece
	certificates tlsparse.CertificateCache
	hellos       tlsparse.HelloCache
	sessions     *tlsparse.Sessions // nil without RSA keys
	// parsers are those that no conversation uses any more.
	parsers []*tlsparse.Parser
	// tap is told of all plaintext; nil: nobody listens.
	tap func(dir tlsparse.Dir, at tlsparse.Mark, data []byte)
}

// A plainPiece is plaintext, or a hole in it.
type plainPiece struct {
	dir  tlsparse.Dir
	at   tlsparse.Mark
	end  int // in tunnel.plain
	lost bool
	n    int64 // octets of a hole, about; 0: unknown
}

// keptPlain is the largest buffer of plaintext that is kept, in octets.
const keptPlain = 1 << 20

// Opaque implements smtpparse.Opaque.
func (t *tunnel) Opaque(dir tlsparse.Dir, at tlsparse.Mark, data []byte) {
	t.parser().Feed(dir, at, data)
}

// OpaqueGap implements smtpparse.Opaque.
func (t *tunnel) OpaqueGap(dir tlsparse.Dir, at tlsparse.Mark, n int64) {
	t.parser().Gap(dir, at, n)
}

// NotOpaque implements smtpparse.Opaque.
func (t *tunnel) NotOpaque() {
	if v := t.conversation; v.tls != nil {
		t.retire(v.tls)
		v.tls = nil
	}
	t.plain, t.pieces = t.plain[:0], t.pieces[:0]
}

// Plaintext implements tlsparse.Handler.
func (t *tunnel) Plaintext(dir tlsparse.Dir, at tlsparse.Mark, data []byte) {
	if t.tap != nil {
		t.tap(dir, at, data)
	}
	t.plain = append(t.plain, data...)
	t.pieces = append(t.pieces, plainPiece{dir: dir, at: at, end: len(t.plain)})
}

// Lost implements tlsparse.Handler.
func (t *tunnel) Lost(dir tlsparse.Dir, at tlsparse.Mark, n int64) {
	t.pieces = append(t.pieces, plainPiece{dir: dir, at: at, end: len(t.plain), lost: true, n: n})
}

// parser is the conversation's, a new one if it has none yet.
func (t *tunnel) parser() *tlsparse.Parser {
	if t.conversation.tls == nil {
		t.conversation.tls = t.newParser()
	}
	return t.conversation.tls
}

func (t *tunnel) newParser() *tlsparse.Parser {
	if last := len(t.parsers) - 1; last >= 0 {
		p := t.parsers[last]
		t.parsers = t.parsers[:last]
		return p
	}
	o := &t.shard.options
	if len(o.RSAKeys) > 0 && t.sessions == nil {
		t.sessions = new(tlsparse.Sessions)
	}
	return tlsparse.NewParser(tlsparse.Options{
		Sessions: t.sessions,
		Keys:     o.Keys, RSA: o.RSAKeys, Growing: o.keysGrow, Certificates: &t.certificates, Hellos: &t.hellos, Handler: t,
	})
}

// retire takes back a parser whose facts nobody needs any more.
func (t *tunnel) retire(p *tlsparse.Parser) {
	p.Reset()
	if len(t.parsers) < spareParsers {
		t.parsers = append(t.parsers, p)
	}
}

// flush feeds the plaintext collected to the conversation's SMTP parser.
func (t *tunnel) flush() {
	if len(t.pieces) == 0 {
		return
	}
	p, from := t.conversation.parser, 0
	for _, piece := range t.pieces {
		if piece.lost {
			p.GapDecrypted(piece.dir, piece.at, piece.n)
		} else {
			p.FeedDecrypted(piece.dir, piece.at, t.plain[from:piece.end])
		}
		from = piece.end
	}
	clear(t.plain)
	t.plain, t.pieces = t.plain[:0], t.pieces[:0]
	if cap(t.plain) > keptPlain {
		t.plain = nil
	}
}

// hope notes whether TLS of a conversation waits for its key.
func (s *shard) hope(v *conversation, waits bool) {
	switch last := len(s.hoping) - 1; {
	case waits && v.hoping == 0:
		s.hoping = append(s.hoping, v)
		v.hoping = len(s.hoping)
	case !waits && v.hoping != 0:
		s.hoping[v.hoping-1] = s.hoping[last]
		s.hoping[last].hoping = v.hoping
		s.hoping[last] = nil
		s.hoping = s.hoping[:last]
		v.hoping = 0
	}
}

// retryKeys looks for keys of the conversations that wait for them, when there are new
// ones: the packets of an idle connection would not do so.
func (s *shard) retryKeys() {
	if len(s.hoping) == 0 || s.options.Keys.Version() == s.keysVersion {
		return
	}
	s.keysVersion = s.options.Keys.Version()
	for i := len(s.hoping) - 1; i >= 0; i-- { // one that waits no longer is replaced by one that was asked
		v := s.hoping[i]
		s.tunnel.conversation = v
		v.tls.Retry()
		s.tunnel.flush()
		if v.tls != nil && v.tls.Waits() {
			continue
		}
		if v.state == veiled {
			v.lookInside()
		}
		s.took(v, &capture.Chunk{Conn: v.conn, Frame: v.conn.Last})
	}
}

// closeTLS ends the TLS of a conversation.
func (v *conversation) closeTLS(c *capture.Chunk) {
	if v.tls == nil {
		return
	}
	t := &v.shard.tunnel
	t.conversation = v
	v.tls.Close(mark(c), c.Reason == capture.ClosedByFIN || c.Reason == capture.ClosedByRST)
	t.flush()
}

// describeTLS writes into the session what is known of its TLS.
func (v *conversation) describeTLS(s *smtpparse.Session) {
	if v.tls == nil || s.TLS == nil {
		return
	}
	s.TLS.Facts = *v.tls.Facts()
	name := s.TLS.SNI
	if name == "" && s.Greeting != nil {
		name = hostOf(s.Greeting.Text)
	}
	v.shard.tunnel.certificates.CheckName(&s.TLS.Facts, name)
}

// mayOpenTLS tells that there are keys, or that some may come.
func (s *shard) mayOpenTLS() bool {
	o := &s.options
	return len(o.RSAKeys) > 0 || o.Keys != nil && o.Keys.Version() > 0 || o.keysGrow != nil && o.keysGrow()
}

// mostVeiled is how many lines of a dialogue inside TLS are read in hope of a greeting.
const mostVeiled = 16

// lookInside decides on TLS from the first octet on a port that nobody named: it is a
// session when the server greets inside. What cannot be opened is not ours.
func (v *conversation) lookInside() {
	s := v.parser.Session()
	switch {
	case s.Greeting != nil:
		v.state = following
	case s.TLS == nil || v.tls == nil || v.tls.Facts().Hidden != "" || len(s.Dialogue) > mostVeiled:
		v.state = notSMTP
	case s.TLS.Decrypted:
		for i := range s.Dialogue {
			if l := &s.Dialogue[i]; l.TLS && l.From == "server" && l.Kind != smtpparse.LineReply {
				v.state = notSMTP
			}
		}
	}
}

// hostOf is the host name that a greeting begins with (RFC 5321, section 4.2), empty
// if there is none.
func hostOf(greeting string) string {
	word, _, _ := strings.Cut(greeting, " ")
	if !strings.Contains(word, ".") {
		return ""
	}
	return word
}

// addSecrets takes the secrets that came with a batch of packets.
func (in *Inspector) addSecrets(secrets []capture.Secret) {
	for _, s := range secrets {
		if s.Type == capture.SecretTLSKeyLog {
			in.options.Keys.Add(s.Data)
			in.secretsSeen.Store(true)
		}
	}
}

// keysGrow tells that keys may come later than the packets that they open: a key log
// is being written, or the capture itself brings them as it goes.
func (in *Inspector) keysGrow() bool { return in.options.KeysGrow || in.secretsSeen.Load() }

// refreshEvery is how often a key log that grows is looked at.
const refreshEvery = 200 * time.Millisecond

// refreshKeys reads what was added to key logs since. A log that cannot be read any
// more leaves sessions encrypted, and ends nothing: it is said once.
func (in *Inspector) refreshKeys() {
	if !in.options.KeysGrow || time.Since(in.refreshed) < refreshEvery {
		return
	}
	if _, err := in.options.Keys.Refresh(); err != nil && err.Error() != in.keyTrouble {
		in.keyTrouble = err.Error()
		in.options.Notice("key log: " + in.keyTrouble + ": sessions that it would open stay encrypted")
	}
	in.refreshed = time.Now()
}
