package verdict

import (
	"strings"

	"smtpscope/smtpparse"
)

// anomalyFinding is a finding that an anomaly is enough for.
type anomalyFinding struct {
	kind         smtpparse.AnomalyKind
	id, severity string
	text, next   string
}

var anomalyTable = []anomalyFinding{
	{
		kind: smtpparse.STARTTLSStripped, id: "starttls-stripped", severity: "high",
		text: "A device on the way blanks STARTTLS out of the EHLO reply (XXXXXXXA), so the client cannot use TLS",
		next: "Turn off SMTP inspection on the firewall between client and server (Cisco: no inspect esmtp, or allow-tls).",
	},
	{
		kind: smtpparse.CommandAfterSTARTTLS, id: "starttls-injection", severity: "high",
		text: "Commands stood behind STARTTLS in the clear: a server that does not discard them runs them inside TLS, as if the client had sent them there",
		next: "Find out who sent them; update the server if it took them (RFC 3207, section 6).",
	},
	{
		kind: smtpparse.ReplyAfterSTARTTLS, id: "starttls-injection", severity: "high",
		text: "Replies stood behind the server's answer to STARTTLS in the clear: a client that does not discard them takes them for answers from inside TLS",
		next: "Look for a device between client and server; update the client if it took them.",
	},
	{
		kind: smtpparse.PlainAfterSTARTTLS, id: "plaintext-after-starttls", severity: "high",
		text: "The server agreed to TLS, and the conversation went on in the clear",
		next: "Look for a device that decrypts, or for a proxy that answers STARTTLS itself.",
	},
}

// anomalyFindings tells of the anomalies that matter to more than the parser.
func (ct *Court) anomalyFindings(s *smtpparse.Session) {
	if len(s.Anomalies) == 0 {
		return
	}
	for i := range anomalyTable {
		row := &anomalyTable[i]
		n := 0
		var frame int64
		for _, a := range s.Anomalies {
			if a.Kind != row.kind {
				continue
			}
			if n == 0 {
				frame = a.Frame
			}
			n++
		}
		if n == 0 {
			continue
		}
		f := Finding{ID: row.id, Severity: row.severity, Frame: frame, Text: row.text, Next: row.next}
		if n > 1 {
			f.Text = ct.say(f.Text, " (", ct.number(int64(n), 1), " times)")
		}
		ct.report(f)
	}
}

// smugglingFinding tells of an end of data that is not CRLF.CRLF. The parser notes
// such an end where it stands, and notes it again, in words that begin with the
// server, where the server showed that it believed it: both are one event.
func (ct *Court) smugglingFinding(s *smtpparse.Session) {
	var first, believed *smtpparse.Anomaly
	ends := 0
	for i := range s.Anomalies {
		a := &s.Anomalies[i]
		if a.Kind != smtpparse.DotEndSmuggling {
			continue
		}
		if first == nil {
			first = a
		}
		switch {
		case !strings.HasPrefix(a.Text, "the server "):
			ends++
		case believed == nil:
			believed = a
		}
	}
	if first == nil {
		return
	}
	f := Finding{
		ID: "smuggling", Severity: "medium", Frame: first.Frame,
		Text: "A message holds an end of data that is not CRLF.CRLF, as is done to smuggle a second message past a server",
		Next: "Let the server refuse bare line ends (Postfix: smtpd_forbid_bare_newline=normalize; Exim and Sendmail: a version of 2024 or later), and look at what stands behind that line.",
	}
	if believed != nil {
		f.Severity, f.Frame = "high", believed.Frame
		f.Text = "The server took what was smuggled: it answered commands that stood inside a message, behind an end of data that is not CRLF.CRLF"
	}
	if ends > 1 {
		f.Text = ct.say(f.Text, " (", ct.count(int64(ends), "such end", "such ends"), " in the session)")
	}
	ct.report(f)
}
