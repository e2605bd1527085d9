package smtpparse

import (
	"bytes"
	"strconv"

	"smtpscope/authtoken"
)

// tokenText stands for a SASL token in the dialogue.
const tokenText = "<token>"

// shortestToken is the least that is taken for a token where words are expected.
const shortestToken = 24

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
		return p.urlText(line), false
	case v == verbXCLIENT:
		return p.xclientText(line), false
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
	key, _, _ := bytes.Cut(word[:min(len(word), 16)], []byte(":"))
	switch string(bytes.ToUpper(key)) {
	case "PASS", "PASSWORD", "PASSWD", "USER", "LOGIN", "APOP", "AUTHENTICATE", "AUTHORIZATION", "COOKIE", "TOKEN", "BEARER":
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

// urlText masks the password and the authorization in a URL (RFC 3986, section
// 3.2.1: "imap://user:password@host"; RFC 4467: ";URLAUTH=…").
func (p *Parser) urlText(line []byte) string {
	lower := bytes.ToLower(line)
	var secret [2]span
	n := 0
	if from := bytes.Index(lower, []byte("://")); from >= 0 {
		rest := lower[from+3:]
		rest = rest[:wordLength(rest)]
		if at, colon := bytes.LastIndexByte(rest, '@'), bytes.IndexByte(rest, ':'); colon >= 0 && colon < at {
			secret[n] = span{from + 3 + colon + 1, from + 3 + at}
			n++
		}
	}
	if from := bytes.Index(lower, []byte(urlAuth)); from >= 0 && (n == 0 || from >= secret[0].end) {
		from += len(urlAuth)
		secret[n] = span{from, from + wordLength(line[from:])}
		n++
	}
	return p.without(line, secret[:n])
}

const urlAuth = ";urlauth="

// xclientText masks XCLIENT's credentials.
func (p *Parser) xclientText(line []byte) string {
	lower := bytes.ToLower(line)
	var secret []span
	for from := 0; from < len(line) && len(secret) < maxParams; from++ {
		n := wordLength(line[from:])
		key, value, ok := bytes.Cut(lower[from:from+n], []byte("="))
		switch {
		case string(value) == "[unavailable]", string(value) == "[tempunavail]": // nobody has logged in
		case ok && (string(key) == "password" || string(key) == "login"):
			secret = append(secret, span{from + len(key) + 1, from + n})
		}
		from += n
	}
	return p.without(line, secret)
}

// A span is a part of a line.
type span struct{ from, end int }

// without is a line with parts masked, which are remembered.
func (p *Parser) without(line []byte, secret []span) string {
	if len(secret) == 0 {
		return p.strings.text(line)
	}
	var out []byte
	done := 0
	for _, s := range secret {
		p.secrets.remember(line[s.from:s.end])
		out = append(append(out, line[done:s.from]...), authtoken.Redacted...)
		done = s.end
	}
	return p.strings.text(append(out, line[done:]...))
}

// wordLength is how far it is to the next space.
func wordLength(b []byte) int {
	for i, c := range b {
		if isSpace(c) {
			return i
		}
	}
	return len(b)
}

// saslName tells that a word can be a mechanism's name (RFC 4422, section 3.1).
// One in which a capital follows a small letter is base64 in the wrong place, if
// no mechanism is called so: OAuthBearer is.
func saslName(word []byte) bool {
	if len(word) == 0 || len(word) > 20 {
		return false
	}
	small, turned := false, false
	for _, c := range word {
		switch {
		case 'a' <= c && c <= 'z':
			small = true
		case 'A' <= c && c <= 'Z':
			small, turned = false, turned || small
		case '0' <= c && c <= '9':
		case c == '-', c == '_':
			small = false // "Scram-Sha-256": a part of its own
		default:
			return false
		}
	}
	return !turned || len(word) < 8 || knownMechanism(word)
}

// replyText is a reply line's text as it may be shown.
func (p *Parser) replyText(code int, text []byte) string {
	switch {
	case code == 334:
		p.challengeText = append(p.challengeText[:0], text...)
		switch {
		case p.options.ShowSecrets || len(text) == 0:
		case cleanBase64(trimSpace(text)):
			return tokenText
		case p.secrets.echo(text):
			return redacted(int64(len(text)))
		}
	case p.options.ShowSecrets:
	case code == 235 && len(trimSpace(text)) >= shortestToken && base64Only(bytes.TrimRight(trimSpace(text), "=")):
		return tokenText // EXCHANGEAUTH's last one
	case p.secrets.mayQuote(code) && p.secrets.echo(text):
		return redacted(int64(len(text)))
	case refusesLogin(code) && p.missing():
		return p.without(text, credentials(text))
	}
	return p.strings.text(text)
}

// refusesLogin tells that a reply may refuse a login (RFC 4954, section 6), or
// a line that was sent as a part of one.
func refusesLogin(code int) bool {
	switch code {
	case 432, 454, 500, 501, 502, 503, 504, 534, 535, 538:
		return true
	}
	return false
}

// credentials finds what may be quoted of a login that was not seen: base64,
// and what follows words that announce it.
func credentials(text []byte) (found []span) {
	announced := false
	for from := 0; from < len(text); from++ {
		n := wordLength(text[from:])
		word := text[from : from+n]
		left := len(word) - len(bytes.TrimLeft(word, quotes))
		core := bytes.Trim(word, quotes)
		if len(core) > 0 && (announced || base64Like(core) && mixed(core)) && len(found) < maxParams {
			found = append(found, span{from + left, from + left + len(core)})
		}
		if len(core) > 0 {
			switch string(bytes.ToLower(core[:min(len(core), 12)])) {
			case "for", "user", "password", "credential", "credentials":
				announced = true
			default:
				announced = false
			}
		}
		from += n
	}
	return found
}

const quotes = " \t\"'`<>():;,[]."
