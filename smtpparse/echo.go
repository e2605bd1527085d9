package smtpparse

import (
	"bytes"
	"encoding/binary"
)

// Some servers quote in a reply what the client sent. What was masked is
// remembered a while, so that such a reply is masked, too. It never reaches the
// session.

const (
	rememberedSecrets = 8
	rememberedOctets  = 4096       // of each: of a longer one, its beginning and its end
	shortSecret       = 64         // longer ones are tokens: a few letters in common are chance
	shortestEcho      = gramOctets // octets of a short secret in a reply that give it away
	tokenEcho         = 8          // octets of a token
	tokenChecks       = 64         // replies that are compared with tokens
)

// secrets are what was masked last, as it was sent.
type secrets struct {
	parts  [rememberedSecrets][]byte
	next   int
	any    bool
	failed bool // an attempt was refused: any reply may quote
	wary   bool // unknown lines may be credentials: so was an attempt, or sense is just being found again
	checks int  // since the last was remembered
}

func (s *secrets) reset() {
	for i := range s.parts {
		s.parts[i] = s.parts[i][:0]
	}
	s.next, s.any, s.failed, s.wary, s.checks = 0, false, false, false, 0
}

// remember takes what was masked, if it is long enough to be known again.
func (s *secrets) remember(part []byte) {
	if len(part) < shortestEcho {
		return
	}
	b := s.parts[s.next][:0]
	if len(part) > rememberedOctets {
		b = append(b, part[:rememberedOctets/2]...)
		part = part[len(part)-rememberedOctets/2:]
	}
	s.parts[s.next] = append(b, part...)
	s.next = (s.next + 1) % rememberedSecrets
	s.any, s.checks = true, 0
}

// rememberToken remembers the passwords inside a token; names may be shown.
func (s *secrets) rememberToken(t *attempt, token []byte) {
	switch t.Mechanism {
	case "PLAIN":
		if last := bytes.LastIndexByte(token, 0); bytes.Count(token, []byte{0}) == 2 && last < len(token)-1 {
			s.remember(token[last+1:])
			return
		}
		parts := bytes.SplitN(token, []byte{0}, 4)
		for _, part := range parts {
			s.remember(part)
		}
	case "LOGIN":
		if t.SASL != nil && t.SASL.User != "" || t.Gap { // else it is the name
			s.remember(token)
		}
	case "CRAM-MD5":
		s.remember(token[bytes.LastIndexByte(token, ' ')+1:])
	case "XOAUTH2", "OAUTHBEARER":
		if _, secret, ok := bytes.Cut(token, []byte("auth=")); ok && len(token) <= shortSecret {
			token = bytes.TrimPrefix(secret, []byte("Bearer ")) // few letters are compared, so not those of the fields' names
		}
		s.remember(token)
	case "", "EXTERNAL", "ANONYMOUS":
		s.remember(token)
	}
}

// mayQuote tells that a reply is worth a look.
func (s *secrets) mayQuote(code int) bool {
	return s.any && (code >= 400 || code < 200 || code == 334 || code == 235 || s.failed)
}

// echo tells that text quotes a part of what is remembered, as it is or with
// its octets escaped as in a URL.
func (s *secrets) echo(text []byte) bool {
	if !s.any || len(text) < shortestEcho {
		return false
	}
	if len(text) > maxReplyText {
		return true
	}
	var room [2 * maxReplyText]byte
	lower := appendLower(room[:0:maxReplyText], text)
	if s.quoted(lower) {
		return true
	}
	if bytes.IndexByte(lower, '%') < 0 {
		return false
	}
	return s.quoted(appendLower(room[maxReplyText:maxReplyText], appendUnescaped(nil, string(lower))))
}

// quoted looks at text in lower case. Tokens are long: they are forgotten when
// many replies did not quote them.
func (s *secrets) quoted(text []byte) bool {
	if s.checks++; s.checks == tokenChecks {
		for i, part := range s.parts {
			if len(part) > shortSecret {
				s.parts[i] = part[:0]
			}
		}
	}
	var known grams
	known.fill(text)
	for _, part := range s.parts {
		if len(part) > shortSecret {
			if known.shareToken(text, part) {
				return true
			}
			continue
		}
		for i := 0; i+shortestEcho <= len(part); i++ {
			if g := gramOf(part[i:]); known.has(g) && indexGram(text, g) >= 0 {
				return true
			}
		}
	}
	return false
}

// shareToken tells that text and a token have tokenEcho octets in a row in
// common. Of any such run in the token, one gram begins at a multiple of the
// step, so it is enough to look there.
func (k *grams) shareToken(text, token []byte) bool {
	const step = tokenEcho - gramOctets + 1
	for i := 0; i+gramOctets <= len(token); i += step {
		g := gramOf(token[i:])
		if !k.has(g) {
			continue
		}
		for j := 0; ; j++ {
			n := indexGram(text[j:], g)
			if n < 0 {
				break
			}
			if j += n; commonRun(text, j, token, i) >= tokenEcho {
				return true
			}
		}
	}
	return false
}

// commonRun is how long the run is that text (in lower case) at i and token at j
// are in the middle of.
func commonRun(text []byte, i int, token []byte, j int) int {
	from := 0
	for from < i && from < j && text[i-from-1] == lower(token[j-from-1]) {
		from++
	}
	to := 0
	for i+to < len(text) && j+to < len(token) && text[i+to] == lower(token[j+to]) {
		to++
	}
	return from + to
}

// gramOctets is the length of the runs by which texts are compared at first.
const gramOctets = 4

// A gram is such a run in lower case, ready to be compared at once: replies to
// a login are compared with tokens of thousands of octets.
type gram uint32

// gramOf is the gram at the front of b.
func gramOf(b []byte) gram {
	w := binary.LittleEndian.Uint32(b)
	// An octet is a capital when adding 0x3f carries into its high bit ('A' on)
	// and adding 0x25 does not (up to 'Z'); the sums stay within their octets.
	low := w & 0x7f7f7f7f
	capital := (low + 0x3f3f3f3f) &^ (low + 0x25252525) &^ w & 0x80808080
	return gram(w | capital>>2)
}

// indexGram is where g stands in text, which is in lower case; -1 if nowhere.
func indexGram(text []byte, g gram) int {
	for i := 0; i+gramOctets <= len(text); i++ {
		if gram(binary.LittleEndian.Uint32(text[i:])) == g {
			return i
		}
	}
	return -1
}

// grams are the runs of gramOctets in a text, by hash.
type grams [64]uint64

func (g gram) hash() uint32 { return uint32(g) * 0x9e3779b1 >> (32 - 12) }

func (k *grams) fill(text []byte) {
	for i := 0; i+gramOctets <= len(text); i++ {
		h := gram(binary.LittleEndian.Uint32(text[i:])).hash()
		k[h/64] |= 1 << (h % 64)
	}
}

func (k *grams) has(g gram) bool {
	h := g.hash()
	return k[h/64]&(1<<(h%64)) != 0
}

// appendLower appends part in lower case (ASCII only).
func appendLower(b, part []byte) []byte {
	for _, c := range part {
		b = append(b, lower(c))
	}
	return b
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}
