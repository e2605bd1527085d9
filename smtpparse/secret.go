package smtpparse

import (
	"bytes"
	"strconv"

	"smtpscope/authtoken"
)

// tokenText stands for a SASL token in the dialogue.
const tokenText = "<token>"

const (
	rememberedSecrets = 4
	rememberedOctets  = 512 // of each
	shortestEcho      = 4   // octets of a secret in a reply that give it away
	mostWords         = 64  // words of a reply that are looked at
)

// secrets are the lines that were masked last, so that a reply that quotes one
// is masked too. They never reach the session.
type secrets struct {
	lines [rememberedSecrets][]byte // in lower case
	next  int
	any   bool
	wary  bool // an attempt was refused, or sense is just being found again: unknown lines may be credentials
}

func (s *secrets) reset() {
	for i := range s.lines {
		s.lines[i] = s.lines[i][:0]
	}
	s.next, s.any, s.wary = 0, false, false
}

func (s *secrets) remember(line []byte) {
	if len(line) < shortestEcho {
		return
	}
	line = line[:min(len(line), rememberedOctets)]
	b := append(s.lines[s.next][:0], line...)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	s.lines[s.next] = b
	s.next = (s.next + 1) % rememberedSecrets
	s.any = true
}

// rememberToken remembers the password inside a token; names may be shown.
func (s *secrets) rememberToken(t *attempt, token []byte) {
	switch t.Mechanism {
	case "PLAIN":
		s.remember(token[bytes.LastIndexByte(token, 0)+1:])
	case "LOGIN":
		if t.SASL != nil && t.SASL.User != "" { // else it is the name
			s.remember(token)
		}
	case "XOAUTH2", "OAUTHBEARER":
		s.remember(token)
	}
}

// echo tells that a reply's text quotes a remembered line: one of its words is
// in it.
func (s *secrets) echo(text []byte) bool {
	if !s.any {
		return false
	}
	if len(text) > maxReplyText {
		return true
	}
	var lower [maxReplyText]byte
	low := lower[:copy(lower[:], text)]
	for i, c := range low {
		if 'A' <= c && c <= 'Z' {
			low[i] = c + 'a' - 'A'
		}
	}
	for words := 0; len(low) > 0; words++ {
		if words == mostWords {
			return true
		}
		n := bytes.IndexAny(low, " \t\"'`<>():;,[]")
		word := low
		if n >= 0 {
			word, low = low[:n], low[n+1:]
		} else {
			low = nil
		}
		if len(word) < shortestEcho {
			continue
		}
		for _, line := range s.lines {
			if bytes.Contains(line, word) || len(line) >= shortestEcho && bytes.Contains(word, line) {
				return true
			}
		}
	}
	return false
}

// redacted says how long a masked line is.
func redacted(n int64) string {
	return authtoken.Redacted + " (" + strconv.FormatInt(n, 10) + " octets)"
}

// hides tells whether a text shown is a mask.
func (p *Parser) hides(shown string) bool {
	return len(shown) >= len(authtoken.Redacted) && shown[:len(authtoken.Redacted)] == authtoken.Redacted
}

// masked is a line that may be a credential, as it may be shown.
func (p *Parser) masked(line []byte, over int64) string {
	if p.options.ShowSecrets {
		return p.strings.text(line)
	}
	p.secrets.remember(line)
	return redacted(int64(len(line)) + over)
}

// shownToken is a token in the dialogue.
func (p *Parser) shownToken(text []byte) string {
	if p.options.ShowSecrets || len(text) == 0 || string(text) == "=" {
		return p.strings.text(text)
	}
	return tokenText
}

// commandText is a command as it may be shown.
func (p *Parser) commandText(v verb, line []byte, over int64) (text string, secret bool) {
	switch {
	case p.options.ShowSecrets:
	case v == verbBURL:
		return p.burlText(line), false
	case v == noVerb && len(line) > 0 && (p.secrets.wary || stray(line)):
		return p.masked(line, over), true
	}
	return p.strings.text(line), false
}

// stray tells that an unknown line looks like a credential that went astray.
func stray(line []byte) bool {
	word, rest := cutWord(line)
	if len(trimSpace(rest)) == 0 {
		return len(word) >= 8
	}
	switch string(bytes.ToUpper(word[:min(len(word), 16)])) {
	case "PASS", "PASSWORD", "PASSWD", "USER", "LOGIN", "APOP", "AUTHENTICATE", "AUTHORIZATION:", "TOKEN", "BEARER":
		return true
	}
	for len(rest) > 0 {
		if word, rest = cutWord(rest); base64Like(word) && mixed(word) {
			return true
		}
	}
	return notText(line)
}

// mixed tells that a word is no natural one: digits, base64's own signs, or
// capitals behind small letters.
func mixed(word []byte) bool {
	small := false
	for _, c := range word {
		switch {
		case '0' <= c && c <= '9', c == '+', c == '/', c == '=':
			return true
		case 'a' <= c && c <= 'z':
			small = true
		case 'A' <= c && c <= 'Z' && small:
			return true
		}
	}
	return false
}

// burlText masks the authorization of a URL (RFC 4467: ";URLAUTH=…").
func (p *Parser) burlText(line []byte) string {
	const key = ";urlauth="
	at := bytes.Index(bytes.ToLower(line), []byte(key))
	if at < 0 {
		return p.strings.text(line)
	}
	end := len(line)
	if n := bytes.IndexByte(line[at:], ' '); n >= 0 {
		end = at + n
	}
	p.secrets.remember(line[at+len(key) : end])
	return string(line[:at+len(key)]) + authtoken.Redacted + string(line[end:])
}

// replyText is a reply line's text as it may be shown.
func (p *Parser) replyText(code int, text []byte) string {
	switch {
	case code == 334:
		p.challengeText = append(p.challengeText[:0], text...)
		if _, clean := decodeBase64(trimSpace(text)); clean && len(text) > 0 && !p.options.ShowSecrets {
			return tokenText
		}
	case !p.options.ShowSecrets && p.secrets.echo(text):
		return redacted(int64(len(text)))
	}
	return p.strings.text(text)
}
