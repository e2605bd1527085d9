package report

import (
	"net/netip"
	"time"

	"smtpscope/authtoken"
	"smtpscope/inspect"
	"smtpscope/smtpparse"
)

// A sample is a session made by hand and the name of its golden files.
type sample struct {
	name    string
	session *inspect.Session
}

func samples() []sample {
	return []sample{
		{"kerberos", kerberosSession()},
		{"ntlm-in-gssapi", ntlmSession()},
		{"password-clear", passwordSession()},
		{"encrypted", encryptedSession()},
		{"anonymous", anonymousSession()},
		{"incomplete", incompleteSession()},
		{"failed", failedSession()},
	}
}

var start = time.Date(2026, 11, 2, 9, 0, 1, 123456000, time.UTC)

func at(milliseconds int) time.Time {
	return start.Add(time.Duration(milliseconds) * time.Millisecond)
}

// A script builds a dialogue; frames and times advance by themselves.
type script struct {
	lines []smtpparse.Line
	frame int64
	ms    int
	tls   bool
}

func (s *script) add(l smtpparse.Line) int64 {
	s.frame++
	s.ms += 3
	l.Frame, l.Time, l.TLS = s.frame, at(s.ms), s.tls
	s.lines = append(s.lines, l)
	return s.frame
}

func (s *script) client(verb, text string) int64 {
	return s.add(smtpparse.Line{From: "client", Kind: smtpparse.LineCommand, Verb: verb, Text: text})
}

func (s *script) auth(text, token string) int64 {
	return s.add(smtpparse.Line{From: "client", Kind: smtpparse.LineAuth, Text: text, Token: token})
}

// server adds a reply of one or more lines, all in one frame.
func (s *script) server(code int, lines ...string) int64 {
	frame := s.frame + 1
	for i, text := range lines {
		s.frame = frame - 1
		if i > 0 {
			s.ms -= 3
		}
		s.add(smtpparse.Line{From: "server", Kind: smtpparse.LineReply, Code: code, Text: text, More: i < len(lines)-1})
	}
	return frame
}

func (s *script) token(code int, kind string) int64 {
	return s.add(smtpparse.Line{From: "server", Kind: smtpparse.LineReply, Code: code, Text: "<token>", Token: kind})
}

func (s *script) fold(from string, kind smtpparse.LineKind, octets int64, frames int64) int64 {
	first := s.add(smtpparse.Line{From: from, Kind: kind, Octets: octets})
	s.frame += frames - 1
	s.lines[len(s.lines)-1].Last = s.frame
	return first
}

func endpoints(client, server string) (c, s smtpparse.Endpoint) {
	a, b := netip.MustParseAddrPort(client), netip.MustParseAddrPort(server)
	return smtpparse.Endpoint{IP: a.Addr(), Port: a.Port()}, smtpparse.Endpoint{IP: b.Addr(), Port: b.Port()}
}

func capability(keyword string, params ...string) smtpparse.Capability {
	return smtpparse.Capability{Keyword: keyword, Params: params}
}

func field(name, value string, parts ...authtoken.Field) authtoken.Field {
	return authtoken.Field{Name: name, Value: value, Fields: parts}
}

func tree(f authtoken.Field) *authtoken.Field { return &f }
