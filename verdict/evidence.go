package verdict

import (
	"cmp"
	"slices"
	"strings"

	"smtpscope/reuse"
	"smtpscope/smtpparse"
)

// show adds evidence; what has no frame that was seen is left out.
func (ct *Court) show(frame int64, text string) {
	if frame > 0 {
		ct.evidence = append(ct.evidence, Evidence{Frame: frame, Text: text})
	}
}

// inOrder returns the evidence by frame, one entry for each with nothing said
// twice, and not nil.
func (ct *Court) inOrder() []Evidence {
	shown := ct.evidence
	slices.SortStableFunc(shown, func(a, b Evidence) int { return cmp.Compare(a.Frame, b.Frame) })
	merged := reuse.Emptied(ct.merged)
	first := 0 // of the frame under way in shown
	for i, e := range shown {
		switch {
		case e.Frame != shown[first].Frame || i == 0:
			first = i
			merged = append(merged, e)
		case !slices.Contains(shown[first:i], e):
			last := &merged[len(merged)-1]
			last.Text = ct.say(last.Text, "; ", e.Text)
		}
	}
	ct.merged = merged
	return merged
}

// prove names the frames that prove a ruling.
func (ct *Court) prove(s *smtpparse.Session, r ruling) []Evidence {
	ct.evidence = ct.evidence[:0]
	switch r.state {
	case None:
		ct.showSilence(s)
	case Encrypted:
		ct.showTLS(s)
	case Incomplete:
		ct.showHole(s, r)
	case Anonymous:
		if r.auth == nil {
			ct.showSubmission(s, r.mail)
		}
	}
	if r.auth != nil && r.state != Encrypted {
		if before := gssBefore(s, r.auth); before != nil {
			ct.showAttempt(before, "the last line of the attempt")
		}
		last := "the last line of the attempt"
		if r.hole.kind == holeFuture {
			last = "the latest line of the attempt"
		}
		ct.showAttempt(r.auth, last)
	}
	return ct.inOrder()
}

// showAttempt names the verb, the token that shows what it was, the server's
// choice, and the final reply, or in its place the last line.
func (ct *Court) showAttempt(a *smtpparse.Auth, last string) {
	if a.Verb != "" {
		ct.show(a.FirstFrame, ct.command(a))
	}
	if a.Kerberos != nil && a.Kerberos.APReq {
		ct.show(ct.marksOf(a).apReq, ct.say("AP-REQ: a Kerberos ticket", ct.ticketFor(a), ct.ticketOf(a)))
	} else {
		ct.show(ct.marksOf(a).apReq, "AP-REQ that could not be read to its end")
	}
	ct.show(ct.marksOf(a).apRep, "AP-REP: the server could read the ticket")
	if a.Kerberos != nil && a.Kerberos.ErrorCode != 0 {
		ct.show(ct.marksOf(a).krbError, ct.say("KRB-ERROR: ", ct.kerberosError(a.Kerberos)))
	}
	if a.SPNEGO != nil && a.SPNEGO.Selected != "" {
		ct.show(ct.marksOf(a).negTokenResp, ct.say("the server selected ", ct.wire(a.SPNEGO.Selected)))
	}
	ct.show(ct.marksOf(a).negotiate, "NTLM NEGOTIATE_MESSAGE")
	ct.show(ct.marksOf(a).challenge, "NTLM CHALLENGE_MESSAGE")
	if frame := ct.marksOf(a).authenticate; frame > 0 {
		ct.show(frame, ct.say("NTLM AUTHENTICATE_MESSAGE: ", ct.ntlmVersion(a), ct.as(a)))
	}
	if i := lastClientToken(a); i >= 0 && strings.HasPrefix(a.Steps[i].Kind, "sasl.") {
		ct.show(a.Steps[i].Frame, clientToken(a.Steps[i].Kind))
	}
	ct.showSASLError(a)
	if a.ReplyCode != 0 {
		ct.show(a.LastFrame, ct.replyCode(a))
	} else {
		ct.show(lastOf(a), last)
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

// showSASLError names the frame in which the server said what it has against the
// client: an OAuth error (RFC 7628, section 3.2.2) or e= of SCRAM.
func (ct *Court) showSASLError(a *smtpparse.Auth) {
	if a.SASL == nil || a.SASL.Error == "" {
		return
	}
	for i := range a.Steps {
		st := &a.Steps[i]
		if st.From == "server" && (strings.HasSuffix(st.Kind, ".error") || strings.HasSuffix(st.Kind, ".server-final")) {
			ct.show(st.Frame, ct.say("the server's error: ", ct.wire(a.SASL.Error)))
			return
		}
	}
}

func (ct *Court) ticketFor(a *smtpparse.Auth) string {
	if a.Kerberos == nil || a.Kerberos.SPN == "" {
		return ""
	}
	return ct.say(" for ", ct.wire(a.Kerberos.SPN))
}

// ticketOf says whose ticket it is, where a key opened it.
func (ct *Court) ticketOf(a *smtpparse.Auth) string {
	if a.Kerberos.Client == "" {
		return ""
	}
	return ct.say(", of ", ct.wire(a.Kerberos.Client))
}

// lastOf is the last frame of an attempt that was seen.
func lastOf(a *smtpparse.Auth) int64 { return cmp.Or(a.LastFrame, a.FirstFrame) }

// showSubmission names the frames that prove mail without a login: the last hello, MAIL,
// and how far the server let it come.
func (ct *Court) showSubmission(s *smtpparse.Session, u submission) {
	if h := lastHelloBefore(s, u.frame); h != nil {
		ct.show(cmp.Or(h.Frame, h.ReplyFrame), ct.wire(cmp.Or(h.Verb, "EHLO")))
	}
	ct.show(u.frame, "MAIL without AUTH before it")
	switch m := u.message; {
	case m != nil && m.ReplyCode != 0:
		ct.show(m.LastFrame, ct.say("final reply to the mail: ", ct.number(int64(m.ReplyCode), 3)))
	case u.refusal.code != 0:
		ct.show(u.refusal.frame, ct.say("refused: ", ct.number(int64(u.refusal.code), 3)))
	case u.recipient > 0:
		ct.show(u.recipient, "RCPT, which the server took")
	case m != nil && len(m.RcptTo) > 0:
		ct.show(m.RcptTo[len(m.RcptTo)-1].Frame, "RCPT")
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

// showSilence names the frames between which nothing happened.
func (ct *Court) showSilence(s *smtpparse.Session) {
	if s.Greeting != nil {
		ct.show(s.Greeting.Frame, "greeting")
	}
	if len(s.Hello) > 0 {
		h := &s.Hello[len(s.Hello)-1]
		ct.show(cmp.Or(h.Frame, h.ReplyFrame), ct.wire(cmp.Or(h.Verb, "EHLO")))
	}
	if s.TLS != nil {
		ct.showTLS(s)
	}
	if frame := endedBy421(s); frame > 0 {
		ct.show(frame, "421: the server ended it")
		return
	}
	ct.show(lastFrame(s), "the last that was said")
}

// showTLS names the frames where TLS began; where those were not seen, the first
// encrypted octets.
func (ct *Court) showTLS(s *smtpparse.Session) {
	if s.TLS.Frame == 0 && s.TLS.ReplyFrame == 0 {
		for i := range s.Dialogue {
			if l := &s.Dialogue[i]; l.Kind == smtpparse.LineTLS {
				ct.show(l.Frame, "TLS records from here on")
				return
			}
		}
	}
	switch s.TLS.Via {
	case "starttls":
		ct.show(s.TLS.Frame, "STARTTLS")
		ct.show(s.TLS.ReplyFrame, "the server agreed to TLS")
	case "x-anonymoustls":
		ct.show(s.TLS.Frame, "X-ANONYMOUSTLS")
		ct.show(s.TLS.ReplyFrame, "the server agreed to TLS")
	default:
		ct.show(s.TLS.Frame, "the first TLS record")
	}
}

// showHole names the frame where what is missing shows, if one does.
func (ct *Court) showHole(s *smtpparse.Session, r ruling) {
	switch r.hole.kind {
	case holeVerb:
		ct.show(r.hole.frame, "235 without its AUTH")
	case holeSide:
		ct.show(r.hole.frame, "one direction only from here on")
	case holeStart:
		ct.show(r.hole.frame, "the first that was seen of the session")
	case holeGap:
		ct.show(r.hole.frame, "packets are missing before this frame")
	case holeTLS:
		ct.showTLS(s)
	case holeEnd:
		ct.show(r.hole.frame, "the last that was seen of the session")
	case holeConflict:
		ct.show(r.hole.frame, "other octets at a place that was seen before")
	}
	if r.auth == nil && r.mail.exists() {
		ct.show(r.mail.frame, "mail")
	}
}
