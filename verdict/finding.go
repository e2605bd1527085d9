package verdict

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"smtpscope/reuse"
	"smtpscope/smtpparse"
)

// severities are those of findings, the worst first.
var severities = []string{"high", "medium", "low", "info"}

// find tells what is worth attention besides the verdict, the worst first, each
// thing once, with the first frame that shows it. Never nil.
func (ct *Court) find(s *smtpparse.Session, r ruling) []Finding {
	ct.findings = reuse.Emptied(ct.findings)
	// Of one severity: what is wrong with logins, what was done to the connection,
	// what to know of the capture.
	ct.clearPasswordFinding(s)
	ct.clearTokenFinding(s)
	ct.anonymousLogin(s)
	ct.ntlmFindings(s)
	ct.ticketFindings(s)
	ct.mailAfterFailedAuth(s, r)
	ct.relayFinding(s, r)
	ct.weakMechanismOffered(s)
	ct.starttlsNotUsed(s, r)
	ct.dialogueFindings(s)
	ct.greetingPause(s)
	ct.authPause(s)
	ct.tlsFindings(s)
	ct.authOverOldTLS(s)
	ct.anomalyFindings(s)
	ct.smugglingFinding(s)
	ct.overlapFinding(s)
	ct.lossFinding(s)
	ct.oneSidedFinding(s)
	sortFindings(ct.findings)
	return ct.findings
}

// SeverityRank orders severities, the worst first; what is none comes last.
func SeverityRank(severity string) int {
	if i := slices.Index(severities, severity); i >= 0 {
		return i
	}
	return len(severities)
}

// sortFindings puts the worst first.
func sortFindings(list []Finding) {
	slices.SortStableFunc(list, func(a, b Finding) int {
		return slices.Index(severities, a.Severity) - slices.Index(severities, b.Severity)
	})
}

// report adds a finding. What it does not say itself, the catalogue says.
func (ct *Court) report(f Finding) {
	if kind := kinds[f.ID]; kind != nil {
		f.Severity, f.Next = cmp.Or(f.Severity, kind.Severity), cmp.Or(f.Next, kind.Fix)
	}
	ct.findings = append(ct.findings, f)
}

// reportOnce adds a finding, unless one with its identifier was added.
func (ct *Court) reportOnce(f Finding) {
	for i := range ct.findings {
		if ct.findings[i].ID == f.ID {
			return
		}
	}
	ct.report(f)
}

// ntlmFindings looks at the responses that clients sent, whether or not they
// were accepted: a response that was recorded can be attacked either way.
func (ct *Court) ntlmFindings(s *smtpparse.Session) {
	for _, a := range s.Auth {
		if a.NTLM == nil || !sentNTLM(a) {
			continue
		}
		switch a.NTLM.Version {
		case "NTLMv1", "NTLMv1 with session security":
			ct.reportOnce(Finding{
				ID: "ntlmv1", Frame: ct.authenticateFrame(a),
				Text: ct.say("The client answered with ", ct.ntlmVersion(a), ct.as(a), ", which gives up the password's hash to whoever records it"),
			})
		case "LM only":
			ct.reportOnce(Finding{
				ID: "lm-response", Frame: ct.authenticateFrame(a),
				Text: ct.say("The client answered with an LM response", ct.as(a), ", which gives up the password to whoever records it"),
			})
		case "anonymous":
			if accepted(a) {
				ct.reportOnce(Finding{
					ID: "anonymous-ntlm", Frame: ct.authenticateFrame(a),
					Text: "The server accepted NTLM without a user",
				})
			}
		}
		if a.NTLM.Version == "NTLMv2" && !a.NTLM.MIC && accepted(a) {
			f := Finding{
				ID: "no-mic", Frame: ct.authenticateFrame(a),
				Text: ct.say("NTLMv2 without a message integrity code was accepted", ct.as(a), ": what was negotiated before may have been changed on the way"),
			}
			if ct.marksOf(a).challenge != 0 && !a.Gap && a.NTLM.ServerTime.IsZero() { // [MS-NLMP] 3.1.5.1.2
				f.Next = "The server's challenge has no timestamp, without which Windows sends no MIC either: update the server. Prefer Kerberos, whose messages are protected."
			}
			ct.reportOnce(f)
		}
		if a.TLS && a.NTLM.ChannelBinding == "absent" && accepted(a) {
			ct.reportOnce(Finding{
				ID: "no-channel-binding", Frame: ct.authenticateFrame(a),
				Text: ct.say("NTLM inside TLS without a channel binding was accepted", ct.as(a), ": such a login can be relayed from another connection"),
			})
		}
	}
}

// ticketFindings looks at the tickets that clients sent: their key was the KDC's choice,
// so they count though the attempt failed.
func (ct *Court) ticketFindings(s *smtpparse.Session) {
	for _, a := range s.Auth {
		if a.Kerberos == nil || !a.Kerberos.APReq {
			continue
		}
		ct.openedFindings(a)
		var f Finding
		var why string
		switch etype := strings.ToLower(a.Kerberos.TicketEtype); {
		case strings.HasPrefix(etype, "rc4-"), strings.HasPrefix(etype, "arcfour-"):
			f.ID = "rc4-ticket"
			why = ": RC4 makes it easy to guess the service account's password, unless a computer made it"
		case strings.HasPrefix(etype, "des-"), strings.HasPrefix(etype, "des3-"):
			f.ID = "des-ticket"
			why = ", which is broken or withdrawn (RFC 6649, RFC 8429)"
		default:
			continue
		}
		f.Frame = cmp.Or(ct.marksOf(a).apReq, lastOf(a))
		f.Text = ct.say("The ticket", ct.ticketFor(a), " is encrypted with ", ct.wire(a.Kerberos.TicketEtype), why)
		f.Next = ct.say("Give the service AES keys. ", ct.keyTypesNext(s, ct.serviceName(s, a)))
		ct.reportOnce(f)
	}
}

// mailAfterFailedAuth: the server took mail from a client whose login it had
// refused, and no login came between.
func (ct *Court) mailAfterFailedAuth(s *smtpparse.Session, r ruling) {
	if r.state != Failed {
		return
	}
	for _, m := range s.Messages {
		if m.Status != "sent" || m.FirstFrame <= s.Auth[0].LastFrame {
			continue
		}
		f := Finding{
			ID: "mail-after-failed-auth", Frame: m.FirstFrame,
			Text: "The server took mail although the login before it had failed: either it trusts this client by its address, or the recipients are its own, for whom mail needs no login",
		}
		if showedCertificate(s) {
			f.Text = "The server took mail although the login before it had failed: either it trusts this client by its certificate or its address, or the recipients are its own, for whom mail needs no login"
		}
		ct.report(f)
		return
	}
}

// anonymousLogin: SASL ANONYMOUS was accepted, so whoever comes is let in.
func (ct *Court) anonymousLogin(s *smtpparse.Session) {
	for _, a := range s.Auth {
		if accepted(a) && stateOf(a) == Anonymous {
			ct.report(Finding{
				ID: "anonymous-login", Frame: a.LastFrame,
				Text: ct.say("The server accepted ", ct.command(a), ": whoever connects can log in as nobody"),
			})
			return
		}
	}
}

func (ct *Court) overlapFinding(s *smtpparse.Session) {
	n := s.Quality.ConflictingOverlaps
	if n <= 0 {
		return
	}
	ct.report(Finding{
		ID: "conflicting-overlaps", Frame: s.Quality.ConflictFrame,
		Text: ct.say(ct.count(n, "packet carries", "packets carry"), " octets that contradict what was seen first: somebody may have put packets into the connection, or the capture is damaged"),
	})
}

func (ct *Court) lossFinding(s *smtpparse.Session) {
	q := &s.Quality
	if q.Gaps <= 0 && q.GapBytes <= 0 && q.TruncatedPackets <= 0 {
		return
	}
	f := Finding{ID: "capture-lossy"}
	for i := range s.Dialogue {
		if l := &s.Dialogue[i]; l.Kind == smtpparse.LineGap {
			f.Frame = l.Frame
			break
		}
	}
	var missing, short string
	switch {
	case q.GapBytes > 0:
		missing = ct.count(q.GapBytes, "octet is missing", "octets are missing")
	case q.Gaps > 0:
		missing = "an unknown number of octets is missing"
	}
	if q.TruncatedPackets > 0 {
		short = ct.count(q.TruncatedPackets, "packet was cut short", "packets were cut short")
	}
	f.Text = ct.say("The capture is not whole: ", ct.both(missing, ", ", short))
	ct.report(f)
}

func (ct *Court) oneSidedFinding(s *smtpparse.Session) {
	if !s.Quality.OneSided {
		return
	}
	f := Finding{ID: "capture-one-sided", Text: "Only one side of the conversation is in the capture"}
	if len(s.Dialogue) > 0 {
		f.Frame = s.Dialogue[0].Frame
		f.Text = ct.say("Only the ", s.Dialogue[0].From, "'s side of the conversation is in the capture")
	}
	ct.report(f)
}

// lastTokenFrame is the frame of the client's last token: of a password, where
// the password is.
func lastTokenFrame(a *smtpparse.Auth) int64 {
	if i := lastClientToken(a); i >= 0 {
		return a.Steps[i].Frame
	}
	return lastOf(a)
}

// count writes a number, its digits in groups, with the word that agrees with it.
func (ct *Court) count(n int64, one, many string) string {
	if n == 1 {
		return ct.say("1 ", one)
	}
	digits := strconv.AppendInt(ct.scratch[:0], n, 10)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = slices.Insert(digits, i, ',')
	}
	ct.scratch = append(append(digits, ' '), many...)
	return ct.phrase(ct.scratch)
}
