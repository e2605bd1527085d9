package smtpparse

import "bytes"

// Some servers quote in a reply what the client sent. What was masked is
// remembered a while, so that such a reply is masked, too. It never reaches the
// session.

const (
	rememberedSecrets = 8
	rememberedOctets  = 4096 // of each: of a longer one, its beginning and its end
	shortSecret       = 64   // longer ones are tokens: a few letters in common are chance
	shortestEcho      = 4    // octets of a short secret in a reply that give it away
	tokenEcho         = 8    // octets of a token
	tokenChecks       = 64   // replies that are compared with tokens
)

// secrets are what was masked last, in lower case.
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

func (s *secrets) remember(part []byte) {
	if len(part) < shortestEcho {
		return
	}
	b := s.parts[s.next][:0]
	if len(part) > rememberedOctets {
		b = appendLower(b, part[:rememberedOctets/2])
		part = part[len(part)-rememberedOctets/2:]
	}
	s.parts[s.next] = appendLower(b, part)
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
		if t.SASL != nil && t.SASL.User != "" || t.lost || t.Gap { // else it is the name
			s.remember(token)
		}
	case "CRAM-MD5":
		s.remember(token[bytes.LastIndexByte(token, ' ')+1:])
	case "", "XOAUTH2", "OAUTHBEARER", "EXTERNAL", "ANONYMOUS":
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
	var short, long grams
	short.fill(text, shortestEcho)
	long.fill(text, tokenEcho)
	for _, part := range s.parts {
		set, n := &short, shortestEcho
		if len(part) > shortSecret {
			set, n = &long, tokenEcho
		}
		for i := 0; i+n <= len(part); i++ {
			if set.has(part[i:i+n]) && bytes.Contains(text, part[i:i+n]) {
				return true
			}
		}
	}
	return false
}

// grams are the runs of a few octets in a text, by hash.
type grams [128]uint64

func hashGram(b []byte) (h uint32) {
	for _, c := range b {
		h = h*31 + uint32(c)
	}
	return (h ^ h>>13) % (128 * 64)
}

func (g *grams) fill(text []byte, n int) {
	for i := 0; i+n <= len(text); i++ {
		h := hashGram(text[i : i+n])
		g[h/64] |= 1 << (h % 64)
	}
}

func (g *grams) has(b []byte) bool {
	h := hashGram(b)
	return g[h/64]&(1<<(h%64)) != 0
}

// appendLower appends part in lower case (ASCII only).
func appendLower(b, part []byte) []byte {
	for _, c := range part {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		b = append(b, c)
	}
	return b
}
