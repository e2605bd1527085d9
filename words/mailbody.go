package words

import "smtpscope/smtpparse"

// Mails tell of a session's messages what the rest of the session knows of them.
type Mails struct {
	session *smtpparse.Session
	// mails are the MAIL commands of the dialogue, by frame.
	mails map[int64]mailCommands
}

// mailCommands are the MAIL commands of one frame.
type mailCommands struct {
	n int
	// endedBy is the command of the client that ended the transaction of the
	// last of them; empty if there was none, or if it cannot be told.
	endedBy string
}

// MailsOf looks at the whole dialogue.
func MailsOf(s *smtpparse.Session) Mails {
	c := Mails{session: s, mails: make(map[int64]mailCommands)}
	var mail *smtpparse.Line // whose transaction is open
	for i := range s.Dialogue {
		l := &s.Dialogue[i]
		if l.Kind != smtpparse.LineCommand {
			continue
		}
		switch l.Verb {
		case "MAIL":
			c.mails[l.Frame] = mailCommands{n: c.mails[l.Frame].n + 1}
			mail = l
		case "RSET", "QUIT", "EHLO", "HELO", "LHLO":
			if mail != nil && mail.TLS == l.TLS {
				c.mails[mail.Frame] = mailCommands{n: c.mails[mail.Frame].n, endedBy: l.Verb}
			}
			mail = nil
		case "STARTTLS", "X-ANONYMOUSTLS", "XCLIENT": // what they end depends on the reply
			mail = nil
		}
	}
	return c
}

// endedBy is the command that ended a message; empty if it cannot be told, as
// when several began in one frame.
func (c *Mails) endedBy(m *smtpparse.Message) string {
	if mails := c.mails[m.FirstFrame]; mails.n == 1 {
		return mails.endedBy
	}
	return ""
}

// SenderSeen tells that the MAIL of a message is in the capture.
func (c *Mails) SenderSeen(m *smtpparse.Message) bool {
	return c.mails[m.FirstFrame].n > 0 || m.MailFrom != "" || c.session.Omitted["dialogue"] > 0
}

// GoesOn tells that a message is being given.
func (c *Mails) GoesOn(m *smtpparse.Message) bool {
	return c.session.Open && m.Status == "unknown"
}

// Body says how much of a message there is, and why not all of it.
func (c *Mails) Body(m *smtpparse.Message) string {
	if m.Bytes == 0 && !m.Complete && !c.GoesOn(m) {
		return c.noBody(m)
	}
	size := Join(", ", Count(m.Bytes, "octet"), unseen(m.Missing), "by "+m.Transfer+If(m.Chunks > 0, " in "+Count(int64(m.Chunks), "chunk")))
	switch {
	case c.GoesOn(m):
		return size
	case m.Complete:
		return size + ", complete"
	case c.lacks(m):
		return size + ", NOT COMPLETE in the capture"
	}
	return Join(", ", size, With("not finished: ", c.ending(m)), If(c.ending(m) == "", "its end was not seen"))
}

// unseen says how many of a message's octets were not seen.
func unseen(n int64) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "of which 1 is not in the capture"
	}
	return "of which " + Grouped(n) + " are not in the capture"
}

// noBody is for messages of which not an octet was seen.
func (c *Mails) noBody(m *smtpparse.Message) string {
	switch {
	case m.Status == "sent" && !c.lacks(m): // by reference: BURL (RFC 4468)
		return "no octet of it was sent"
	case c.lacks(m) && !(m.Status == "refused" && nobodyTaken(m)):
		return "none of it is in the capture"
	case m.Status == "refused":
		return "no body was sent"
	}
	return "no body was sent" + With(": ", c.ending(m))
}

// nobodyTaken tells that the server refused each recipient.
func nobodyTaken(m *smtpparse.Message) bool {
	for _, r := range m.RcptTo {
		if r.ReplyCode < 400 {
			return false
		}
	}
	return true
}

// lacks tells that the capture may be why a message is not whole.
func (c *Mails) lacks(m *smtpparse.Message) bool {
	q := &c.session.Quality
	return q.Gaps > 0 || q.GapBytes > 0 || q.TruncatedPackets > 0 || q.OneSided ||
		q.Midstream && !c.SenderSeen(m) ||
		c.session.Close == "eof" && (m.Status == "cut" || m.Status == "unknown")
}

// cuts says what ended a message together with its connection, by
// smtpparse.Session.Close.
var cuts = map[string]string{
	"fin":   "cut by the connection's end",
	"rst":   "cut by a reset",
	"reuse": "cut, the connection's ports were used again",
	"idle":  "cut, the connection fell silent",
	"limit": "cut by a limit",
}

// ending is what the peers did to a message that was not finished; "" if that
// is not known.
func (c *Mails) ending(m *smtpparse.Message) string {
	switch m.Status {
	case "aborted":
		return "aborted" + With(" by ", c.endedBy(m))
	case "refused":
		return "refused"
	case "cut":
		return cuts[c.session.Close]
	}
	return ""
}
