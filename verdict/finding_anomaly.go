package verdict

import (
	"strings"

	"smtpscope/smtpparse"
)

// anomalyFinding is a finding that an anomaly is enough for.
type anomalyFinding struct {
	kind smtpparse.AnomalyKind
	id   string
	text string
}

var anomalyTable = []anomalyFinding{
	{
		kind: smtpparse.STARTTLSStripped, id: "starttls-stripped",
		text: "A device on the way blanks STARTTLS out of the EHLO reply (XXXXXXXA), so the client cannot use TLS",
	},
	{
		kind: smtpparse.CommandAfterSTARTTLS, id: "starttls-injection",
		text: "Commands stood behind STARTTLS in the clear: a server that does not discard them runs them inside TLS, as if the client had sent them there",
	},
	{
		kind: smtpparse.ReplyAfterSTARTTLS, id: "starttls-injection",
		text: "Replies stood behind the server's answer to STARTTLS in the clear: a client that does not discard them takes them for answers from inside TLS",
	},
	{
		kind: smtpparse.PlainAfterSTARTTLS, id: "plaintext-after-starttls",
		text: "The server agreed to TLS, and the conversation went on in the clear",
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
		f := Finding{ID: row.id, Frame: frame, Text: row.text}
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
		ID: "smuggling", Frame: first.Frame,
		Text: "A message holds an end of data that is not CRLF.CRLF, as is done to smuggle a second message past a server",
	}
	if believed != nil {
		f.Severity, f.Frame = kinds["smuggling"].Worse, believed.Frame
		f.Text = "The server took what was smuggled: it answered commands that stood inside a message, behind an end of data that is not CRLF.CRLF"
	}
	if ends > 1 {
		f.Text = ct.say(f.Text, " (", ct.count(int64(ends), "such end", "such ends"), " in the session)")
	}
	ct.report(f)
}
