package verdict

import (
	"strconv"
	"strings"
	"time"

	"smtpscope/smtpparse"
)

const (
	// longCommandBytes is what Postfix reads of a line; RFC 5321, section
	// 4.5.3.1.4, allows 512 octets, and extensions some more.
	longCommandBytes = 2048
	// longPause is a pause that people notice, and longer than a round trip to
	// any directory that is well.
	longPause = 5 * time.Second
)

// dialogueFindings looks at commands and their replies, in one pass.
func (ct *Court) dialogueFindings(s *smtpparse.Session) {
	asked := -1 // the command to which a reply is awaited; -1 if there are none or several
	waiting := 0
	for i := range s.Dialogue {
		l := &s.Dialogue[i]
		switch l.Kind {
		case smtpparse.LineCommand:
			asked = -1
			if waiting == 0 {
				asked = i
			}
			waiting++
			if len(l.Text) > longCommandBytes && l.Verb != "AUTH" && l.Verb != "X-EXPS" { // RFC 4954, section 4: 12,288 octets
				ct.reportOnce(Finding{
					ID: "oversize-line", Frame: l.Frame,
					Text: ct.say("A command of ", ct.count(int64(len(l.Text)), "octet", "octets"), " was sent"),
				})
			}
		case smtpparse.LineReply:
			if asked >= 0 {
				ct.replyFindings(s, &s.Dialogue[asked], l)
			}
			if !l.More {
				waiting, asked = max(waiting-1, 0), -1
			}
		case smtpparse.LineGap:
			asked, waiting = -1, waiting+2 // which reply is whose is not known any more
		}
	}
	for _, a := range s.Anomalies {
		if a.Kind == smtpparse.LongLine {
			ct.reportOnce(Finding{ID: "oversize-line", Frame: a.Frame, Text: "A line was longer than what is kept of one"})
			break
		}
	}
	ct.sizeFinding(s)
}

// replyFindings looks at a command and the first line of its reply.
func (ct *Court) replyFindings(s *smtpparse.Session, command, reply *smtpparse.Line) {
	switch command.Verb {
	case "VRFY", "EXPN":
		if (reply.Code == 250 || reply.Code == 251) && !loggedInBefore(s, reply.Frame) {
			ct.reportOnce(Finding{
				ID: "addresses-confirmed", Frame: reply.Frame,
				Text: ct.say("The server answers ", command.Verb, " with ", ct.number(int64(reply.Code), 3), ", so that strangers learn which addresses exist"),
			})
		}
	case "STARTTLS":
		// 501 and 503 are about the command, not about TLS (RFC 3207, section 4).
		if reply.Code >= 400 && reply.Code != 501 && reply.Code != 503 && !command.TLS {
			f := Finding{ID: "starttls-refused", Frame: reply.Frame, Text: ct.say("The client asked for TLS, and the server refused it with ", ct.number(int64(reply.Code), 3))}
			if o := ct.offerAt(s, command.Frame, false); o != nil && !o.offersTLS() {
				f.Next = "The server does not list STARTTLS here: turn it on, or let the client use a port where it is."
			}
			ct.reportOnce(f)
		}
	case "MAIL":
		if tooLarge(reply.Code, reply.Text) {
			ct.reportOnce(Finding{
				ID: "size-exceeded", Frame: reply.Frame,
				Text: ct.say("The server refuses a message for its size before it is sent", ct.limitOf(s)),
			})
		}
	}
}

// loggedInBefore tells that the client is no stranger at a frame.
func loggedInBefore(s *smtpparse.Session, frame int64) bool {
	for _, a := range s.Auth {
		if accepted(a) && a.LastFrame < frame {
			return true
		}
	}
	return false
}

// sizeFinding looks at the messages that were sent.
func (ct *Court) sizeFinding(s *smtpparse.Session) {
	for _, m := range s.Messages {
		limit := announcedSize(s, m.FirstFrame)
		switch {
		case tooLarge(m.ReplyCode, m.ReplyText) || strings.HasPrefix(m.EnhancedCode, "5.3.4"):
			f := Finding{ID: "size-exceeded", Frame: m.LastFrame, Text: ct.say("The server refuses a message for its size before it is sent", ct.limitOf(s))}
			if m.Bytes > 0 {
				f.Text = ct.say("The server refused a message of ", ct.count(m.Bytes, "octet", "octets"), " for its size", ct.limitOf(s))
			}
			ct.reportOnce(f)
		case limit > 0 && m.Bytes > limit:
			ct.reportOnce(Finding{
				ID: "size-exceeded", Frame: m.LastFrame,
				Text: ct.say("A message of ", ct.count(m.Bytes, "octet", "octets"), " was sent, and the server had announced a limit of ", ct.count(limit, "octet", "octets")),
			})
		}
	}
}

// tooLarge tells that a reply refuses for the size of the message, not because a
// mailbox is full, which is 552 as well (RFC 1870, section 6.1; RFC 3463, section 3.4).
func tooLarge(code int, text string) bool {
	if code < 500 {
		return false
	}
	if strings.HasPrefix(text, "5.3.4") || strings.HasPrefix(text, "5.2.3") {
		return true
	}
	if code != 552 || strings.HasPrefix(text, "5.") {
		return false
	}
	lower := strings.ToLower(text)
	return strings.Contains(lower, "size") || strings.Contains(lower, "large") || strings.Contains(lower, "big")
}

// announcedSize is the SIZE that held at a frame; 0 if there was none or no limit.
func announcedSize(s *smtpparse.Session, frame int64) (limit int64) {
	for i := range s.Hello {
		h := &s.Hello[i]
		if h.ReplyFrame > frame {
			break
		}
		limit = 0
		for j := range h.Capabilities {
			if c := &h.Capabilities[j]; c.Keyword == "SIZE" && len(c.Params) > 0 {
				limit, _ = strconv.ParseInt(c.Params[0], 10, 64)
			}
		}
	}
	return limit
}

func (ct *Court) limitOf(s *smtpparse.Session) string {
	last := int64(0)
	if n := len(s.Hello); n > 0 {
		last = announcedSize(s, s.Hello[n-1].ReplyFrame)
	}
	if last <= 0 {
		return ""
	}
	return ct.say("; it announces a limit of ", ct.count(last, "octet", "octets"))
}

// greetingPause looks at how long the server took to greet, where the opening of
// the connection was seen. A greeting of several lines ends with its last one:
// some servers send the first at once, to see who does not wait.
func (ct *Court) greetingPause(s *smtpparse.Session) {
	if s.Greeting == nil || s.Initiator != "seen" || s.Quality.Midstream || s.TLS != nil && s.TLS.Via == "implicit" || s.End.Sub(s.Start) < longPause {
		return
	}
	for i := range s.Dialogue {
		l := &s.Dialogue[i]
		if l.Kind == smtpparse.LineGap {
			return
		}
		if l.Kind != smtpparse.LineReply || l.More {
			continue
		}
		if pause := l.Time.Sub(s.Start); pause >= longPause {
			ct.report(Finding{
				ID: "slow-greeting", Frame: l.Frame,
				Text: ct.say("The server greeted the client ", ct.seconds(pause), " after the connection was opened"),
			})
		}
		return
	}
}

// authPause looks at how long the server took to answer the client's last token.
func (ct *Court) authPause(s *smtpparse.Session) {
	if s.End.Sub(s.Start) < longPause {
		return
	}
	for _, a := range s.Auth {
		i := lastClientToken(a)
		if i < 0 || i < len(a.Steps)-1 || a.ReplyCode == 0 || a.Gap || a.Doubtful {
			continue
		}
		l := replyIn(s, a.LastFrame)
		if l == nil {
			continue
		}
		if pause := l.Time.Sub(a.Steps[i].Time); pause >= longPause {
			ct.report(Finding{
				ID: "slow-auth", Frame: l.Frame,
				Text: ct.say("The server answered the last token of ", ct.command(a), " after ", ct.seconds(pause)),
			})
			return
		}
	}
}

// replyIn is the first line of a reply that ended in a frame; nil if there is none.
func replyIn(s *smtpparse.Session, frame int64) *smtpparse.Line {
	for i := range s.Dialogue {
		if l := &s.Dialogue[i]; l.Frame == frame && l.Kind == smtpparse.LineReply {
			return l
		}
	}
	return nil
}

// seconds is a duration in whole seconds, for a sentence.
func (ct *Court) seconds(d time.Duration) string {
	return ct.count(int64(d/time.Second), "second", "seconds")
}
