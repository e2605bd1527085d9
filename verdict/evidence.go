package verdict

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"smtpscope/smtpparse"
)

// A proof collects evidence; parts whose frame was not seen are left out.
type proof []Evidence

func (p *proof) add(frame int64, text string) {
	if frame > 0 {
		*p = append(*p, Evidence{Frame: frame, Text: text})
	}
}

// inOrder returns the evidence by frame, one entry for each with nothing said
// twice, and not nil.
func (p proof) inOrder() []Evidence {
	slices.SortStableFunc(p, func(a, b Evidence) int { return cmp.Compare(a.Frame, b.Frame) })
	merged := make([]Evidence, 0, len(p))
	first := 0 // of the frame under way in p
	for i, e := range p {
		switch {
		case e.Frame != p[first].Frame || i == 0:
			first = i
			merged = append(merged, e)
		case !slices.Contains(p[first:i], e):
			merged[len(merged)-1].Text += "; " + e.Text
		}
	}
	return merged
}

// evidence names the frames that prove a ruling.
func evidence(s *smtpparse.Session, r ruling) []Evidence {
	p := make(proof, 0, 8)
	switch r.state {
	case None:
		p.addSilence(s)
	case Encrypted:
		p.addTLS(s)
	case Incomplete:
		p.addHole(s, r)
	case Anonymous:
		if r.auth == nil {
			p.addSubmission(s, r.mail)
		}
	}
	if r.auth != nil && r.state != Encrypted {
		if before := gssBefore(s, r.auth); before != nil {
			p.addAttempt(before)
		}
		p.addAttempt(r.auth)
	}
	return p.inOrder()
}

// addAttempt names the verb, the token that shows what it was, the server's
// choice, and the final reply.
func (p *proof) addAttempt(a *smtpparse.Auth) {
	if a.Verb != "" {
		p.add(a.FirstFrame, command(a))
	}
	if a.Kerberos != nil && a.Kerberos.APReq {
		p.add(stepWith(a, "krb5.AP-REQ"), "AP-REQ: a Kerberos ticket"+ticketFor(a))
	} else {
		p.add(stepWith(a, "krb5.AP-REQ"), "AP-REQ that could not be read to its end")
	}
	p.add(stepWith(a, "krb5.AP-REP"), "AP-REP: the server could read the ticket")
	if a.Kerberos != nil && a.Kerberos.ErrorCode != 0 {
		p.add(stepWith(a, "krb5.KRB-ERROR"), "KRB-ERROR: "+kerberosError(a.Kerberos))
	}
	if a.SPNEGO != nil && a.SPNEGO.Selected != "" {
		p.add(stepWith(a, "spnego.NegTokenResp"), "the server selected "+wire(a.SPNEGO.Selected))
	}
	p.add(stepWith(a, "ntlm.Negotiate"), "NTLM NEGOTIATE_MESSAGE")
	p.add(stepWith(a, "ntlm.Challenge"), "NTLM CHALLENGE_MESSAGE")
	if frame := stepWith(a, "ntlm.Authenticate"); frame > 0 {
		p.add(frame, "NTLM AUTHENTICATE_MESSAGE: "+ntlmVersion(a)+as(a))
	}
	if i := lastClientToken(a); i >= 0 && strings.HasPrefix(a.Steps[i].Kind, "sasl.") {
		p.add(a.Steps[i].Frame, clientToken(a.Steps[i].Kind))
	}
	p.addSASLError(a)
	if a.ReplyCode != 0 {
		p.add(a.LastFrame, replyCode(a))
	} else {
		p.add(lastOf(a), "the last line of the attempt")
	}
}

// clientTokens are words for the tokens of mechanisms that are their own proof.
var clientTokens = []struct{ kind, words string }{
	{"sasl.plain.message", "the client's password"},
	{"sasl.login.username", "the client's user name"},
	{"sasl.login.password", "the client's password"},
	{"sasl.cram-md5.response", "the client's CRAM-MD5 response"},
	{"sasl.digest-md5.response", "the client's DIGEST-MD5 response"},
	{"sasl.scram.client-first", "the client's user name"},
	{"sasl.scram.client-final", "the client's SCRAM proof"},
	{"sasl.xoauth2.client-first", "the bearer token"},
	{"sasl.oauthbearer.client-first", "the bearer token"},
	{"sasl.external.authzid", "the name that the client claims"},
	{"sasl.anonymous.trace", "the client's trace, which proves nothing"},
}

func clientToken(kind string) string {
	for _, t := range clientTokens {
		if t.kind == kind {
			return t.words
		}
	}
	return "the client's answer"
}

// addSASLError names the frame in which the server said what it has against the
// client: an OAuth error (RFC 7628, section 3.2.2) or e= of SCRAM.
func (p *proof) addSASLError(a *smtpparse.Auth) {
	if a.SASL == nil || a.SASL.Error == "" {
		return
	}
	for i := range a.Steps {
		st := &a.Steps[i]
		if st.From == "server" && (strings.HasSuffix(st.Kind, ".error") || strings.HasSuffix(st.Kind, ".server-final")) {
			p.add(st.Frame, "the server's error: "+wire(a.SASL.Error))
			return
		}
	}
}

func ticketFor(a *smtpparse.Auth) string {
	if a.Kerberos == nil || a.Kerberos.SPN == "" {
		return ""
	}
	return " for " + wire(a.Kerberos.SPN)
}

// lastOf is the last frame of an attempt that was seen.
func lastOf(a *smtpparse.Auth) int64 { return cmp.Or(a.LastFrame, a.FirstFrame) }

func (p *proof) addSubmission(s *smtpparse.Session, u submission) {
	if h := lastHelloBefore(s, u.frame); h != nil {
		p.add(cmp.Or(h.Frame, h.ReplyFrame), wire(cmp.Or(h.Verb, "EHLO")))
	}
	p.add(u.frame, "MAIL without AUTH before it")
	switch m := u.message; {
	case m != nil && m.ReplyCode != 0:
		p.add(m.LastFrame, fmt.Sprintf("final reply to the mail: %03d", m.ReplyCode))
	case u.refusal.Code != 0:
		p.add(u.refusal.Frame, fmt.Sprintf("refused: %03d", u.refusal.Code))
	case u.recipient > 0:
		p.add(u.recipient, "RCPT, which the server took")
	case m != nil && len(m.RcptTo) > 0:
		p.add(m.RcptTo[len(m.RcptTo)-1].Frame, "RCPT")
	}
}

func lastHelloBefore(s *smtpparse.Session, frame int64) *smtpparse.Hello {
	var last *smtpparse.Hello
	for i := range s.Hello {
		if h := &s.Hello[i]; cmp.Or(h.Frame, h.ReplyFrame) <= frame {
			last = h
		}
	}
	return last
}

func (p *proof) addSilence(s *smtpparse.Session) {
	if s.Greeting != nil {
		p.add(s.Greeting.Frame, "greeting")
	}
	if len(s.Hello) > 0 {
		h := &s.Hello[len(s.Hello)-1]
		p.add(cmp.Or(h.Frame, h.ReplyFrame), wire(cmp.Or(h.Verb, "EHLO")))
	}
	if s.TLS != nil {
		p.addTLS(s)
	}
	if frame := endedBy421(s); frame > 0 {
		p.add(frame, "421: the server ended it")
		return
	}
	p.add(lastFrame(s), "the last that was said")
}

// addTLS names the frames where TLS began; where those were not seen, the first
// encrypted octets.
func (p *proof) addTLS(s *smtpparse.Session) {
	if s.TLS.Frame == 0 && s.TLS.ReplyFrame == 0 {
		for _, l := range s.Dialogue {
			if l.Kind == smtpparse.LineTLS {
				p.add(l.Frame, "TLS records from here on")
				return
			}
		}
	}
	switch s.TLS.Via {
	case "starttls":
		p.add(s.TLS.Frame, "STARTTLS")
		p.add(s.TLS.ReplyFrame, "the server agreed to TLS")
	case "x-anonymoustls":
		p.add(s.TLS.Frame, "X-ANONYMOUSTLS")
		p.add(s.TLS.ReplyFrame, "the server agreed to TLS")
	default:
		p.add(s.TLS.Frame, "the first TLS record")
	}
}

func (p *proof) addHole(s *smtpparse.Session, r ruling) {
	switch r.hole.kind {
	case holeVerb:
		p.add(r.hole.frame, "235 without its AUTH")
	case holeSide:
		p.add(r.hole.frame, "one direction only from here on")
	case holeStart:
		p.add(r.hole.frame, "the first that was seen of the session")
	case holeGap:
		p.add(r.hole.frame, "packets are missing before this frame")
	case holeTLS:
		p.addTLS(s)
	case holeEnd:
		p.add(r.hole.frame, "the last that was seen of the session")
	case holeConflict:
		p.add(r.hole.frame, "other octets at a place that was seen before")
	}
	if r.auth == nil && r.mail.exists() {
		p.add(r.mail.frame, "mail")
	}
}
