package verdict

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"smtpscope/smtpparse"
)

// findingRules are in the order in which findings are told: what is wrong with
// logins, what was done to the connection, what to know of the capture.
var findingRules = []func(*smtpparse.Session, ruling) []Finding{
	clearPasswordFinding,
	clearTokenFinding,
	anonymousLogin,
	ntlmFindings,
	ticketFindings,
	mailAfterFailedAuth,
	weakMechanismOffered,
	anomalyFindings,
	smugglingFinding,
	overlapFinding,
	lossFinding,
}

// severities are those of findings, the worst first.
var severities = []string{"high", "medium", "low", "info"}

// findings tells what is worth attention besides the verdict, the worst first,
// each thing once, with the first frame that shows it. Never nil.
func findings(s *smtpparse.Session, r ruling) []Finding {
	found := []Finding{}
	for _, findingRule := range findingRules {
		found = append(found, findingRule(s, r)...)
	}
	slices.SortStableFunc(found, func(a, b Finding) int {
		return slices.Index(severities, a.Severity) - slices.Index(severities, b.Severity)
	})
	return found
}

// ntlmFindings looks at the responses that clients sent, whether or not they
// were accepted: a response that was recorded can be attacked either way.
func ntlmFindings(s *smtpparse.Session, _ ruling) []Finding {
	var c collector
	for _, a := range s.Auth {
		if a.NTLM == nil || !sentNTLM(a) {
			continue
		}
		switch a.NTLM.Version {
		case "NTLMv1", "NTLMv1 with session security":
			c.add(Finding{
				ID: "ntlmv1", Severity: "high", Frame: authenticateFrame(a),
				Text: "The client answered with " + ntlmVersion(a) + as(a) + ", which gives up the password's hash to whoever records it",
				Next: "Set LmCompatibilityLevel to 3 or more on the client (5 on domain controllers refuses NTLMv1), or let it use Kerberos.",
			})
		case "LM only":
			c.add(Finding{
				ID: "lm-response", Severity: "high", Frame: authenticateFrame(a),
				Text: "The client answered with an LM response" + as(a) + ", which gives up the password to whoever records it",
				Next: "Set LmCompatibilityLevel to 3 or more on the client and NoLMHash in the domain.",
			})
		case "anonymous":
			if accepted(a) {
				c.add(Finding{
					ID: "anonymous-ntlm", Severity: "medium", Frame: authenticateFrame(a),
					Text: "The server accepted NTLM without a user",
					Next: "Find out which service of the client runs without credentials, and whether the server is to take such logins (RestrictAnonymous).",
				})
			}
		}
		if a.TLS && a.NTLM.ChannelBinding == "absent" && accepted(a) {
			c.add(Finding{
				ID: "no-channel-binding", Severity: "low", Frame: authenticateFrame(a),
				Text: "NTLM inside TLS without a channel binding was accepted" + as(a) + ": such a login can be relayed from another connection",
				Next: "Require Extended Protection where all clients can do it (Exchange: ExtendedProtectionPolicy of the connector).",
			})
		}
	}
	return c.found
}

func ticketFindings(s *smtpparse.Session, _ ruling) []Finding {
	var c collector
	for _, a := range s.Auth {
		if a.Kerberos == nil || !a.Kerberos.APReq {
			continue
		}
		f := Finding{Frame: cmp.Or(stepWith(a, "krb5.AP-REQ"), lastOf(a))}
		f.Text = "The ticket" + ticketFor(a) + " is encrypted with " + wire(a.Kerberos.TicketEtype)
		f.Next = "Give the service AES keys. " + keyTypesNext(s, serviceName(s, a))
		switch etype := strings.ToLower(a.Kerberos.TicketEtype); {
		case strings.HasPrefix(etype, "rc4-"), strings.HasPrefix(etype, "arcfour-"):
			f.ID, f.Severity = "rc4-ticket", "medium"
			f.Text += ": RC4 makes it easy to guess the service account's password, unless a computer made it"
		case strings.HasPrefix(etype, "des-"), strings.HasPrefix(etype, "des3-"):
			f.ID, f.Severity = "des-ticket", "high"
			f.Text += ", which is broken or withdrawn (RFC 6649, RFC 8429)"
		default:
			continue
		}
		c.add(f)
	}
	return c.found
}

// mailAfterFailedAuth: the server took mail from a client whose login it had
// refused, and no login came between.
func mailAfterFailedAuth(s *smtpparse.Session, r ruling) []Finding {
	if r.state != Failed {
		return nil
	}
	for _, m := range s.Messages {
		if m.Status != "sent" || m.FirstFrame <= s.Auth[0].LastFrame {
			continue
		}
		return []Finding{{
			ID: "mail-after-failed-auth", Severity: "medium", Frame: m.FirstFrame,
			Text: "The server took mail although the login before it had failed: either it trusts this client by its address, or the recipients are its own, for whom mail needs no login",
			Next: "If the recipients are of other domains, see which rule lets the client relay (Exchange: a connector with anonymous relay and RemoteIPRanges; Postfix: mynetworks); and repair the client's login.",
		}}
	}
	return nil
}

// anonymousLogin: SASL ANONYMOUS was accepted, so whoever comes is let in.
func anonymousLogin(s *smtpparse.Session, _ ruling) []Finding {
	for _, a := range s.Auth {
		if accepted(a) && stateOf(a) == Anonymous {
			return []Finding{{
				ID: "anonymous-login", Severity: "medium", Frame: a.LastFrame,
				Text: "The server accepted " + command(a) + ": whoever connects can log in as nobody",
				Next: "Take ANONYMOUS out of the server's mechanisms (Postfix: noanonymous in smtpd_sasl_security_options and smtpd_sasl_tls_security_options; Dovecot: auth_mechanisms).",
			}}
		}
	}
	return nil
}

func overlapFinding(s *smtpparse.Session, _ ruling) []Finding {
	n := s.Quality.ConflictingOverlaps
	if n <= 0 {
		return nil
	}
	return []Finding{{
		ID: "conflicting-overlaps", Severity: "medium",
		Text: fmt.Sprintf("%s octets that contradict what was seen first: somebody may have put packets into the connection, or the capture is damaged", count(n, "packet carries", "packets carry")),
		Next: "Compare with a capture from the other end; what was seen first is what is shown here.",
	}}
}

func lossFinding(s *smtpparse.Session, _ ruling) []Finding {
	q := &s.Quality
	if q.Gaps <= 0 && q.GapBytes <= 0 && q.TruncatedPackets <= 0 {
		return nil
	}
	f := Finding{ID: "capture-lossy", Severity: "info", Next: "Capture again with a larger buffer and no snap length (tcpdump -B 65536 -s 0), on the mail server itself if it can be."}
	for _, l := range s.Dialogue {
		if l.Kind == smtpparse.LineGap {
			f.Frame = l.Frame
			break
		}
	}
	var parts []string
	switch {
	case q.GapBytes > 0:
		parts = append(parts, count(q.GapBytes, "octet is missing", "octets are missing"))
	case q.Gaps > 0:
		parts = append(parts, "an unknown number of octets is missing")
	}
	if q.TruncatedPackets > 0 {
		parts = append(parts, count(q.TruncatedPackets, "packet was cut short", "packets were cut short"))
	}
	f.Text = "The capture is not whole: " + strings.Join(parts, ", ")
	return []Finding{f}
}

// lastTokenFrame is the frame of the client's last token: of a password, where
// the password is.
func lastTokenFrame(a *smtpparse.Auth) int64 {
	if i := lastClientToken(a); i >= 0 {
		return a.Steps[i].Frame
	}
	return lastOf(a)
}

// A collector keeps the first finding of each identifier.
type collector struct{ found []Finding }

func (c *collector) add(f Finding) {
	for i := range c.found {
		if c.found[i].ID == f.ID {
			return
		}
	}
	c.found = append(c.found, f)
}

// count writes a number, its digits in groups, with the word that agrees with it.
func count(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits + " " + many
}
