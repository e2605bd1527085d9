package report

import (
	"crypto/sha256"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"smtpscope/inspect"
	"smtpscope/smtpparse"
)

// zeekFields are the columns of Zeek's smtp.log (its script base/protocols/smtp) in
// Zeek's order, and Community ID, which Zeek puts into conn.log.
var zeekFields = []struct{ name, kind string }{
	{"ts", "time"}, {"uid", "string"}, {"id.orig_h", "addr"}, {"id.orig_p", "port"}, {"id.resp_h", "addr"}, {"id.resp_p", "port"},
	{"trans_depth", "count"}, {"helo", "string"}, {"mailfrom", "string"}, {"rcptto", "set[string]"}, {"date", "string"}, {"from", "string"},
	{"to", "set[string]"}, {"cc", "set[string]"}, {"reply_to", "string"}, {"msg_id", "string"}, {"in_reply_to", "string"}, {"subject", "string"},
	{"x_originating_ip", "addr"}, {"first_received", "string"}, {"second_received", "string"}, {"last_reply", "string"}, {"path", "vector[addr]"},
	{"user_agent", "string"}, {"tls", "bool"}, {"fuids", "vector[string]"}, {"community_id", "string"},
}

const (
	zeekUnset = "-"
	zeekEmpty = "(empty)"
)

type zeekPrinter struct {
	sink
	now func() time.Time
}

// NewZeek gives a printer of Zeek's smtp.log: one line a message, or a session that
// had none. What Zeek reads of a mail's header and smtpscope does not is unset.
func NewZeek(w io.Writer, now func() time.Time) Printer { return &zeekPrinter{sink{w: w}, now} }

func (p *zeekPrinter) Begin(*inspect.Capture) error {
	var names, kinds []string
	for _, f := range zeekFields {
		names, kinds = append(names, f.name), append(kinds, f.kind)
	}
	return p.add(fmt.Appendf(p.b, "#separator \\x09\n#set_separator\t,\n#empty_field\t%s\n#unset_field\t%s\n#path\tsmtp\n#open\t%s\n#fields\t%s\n#types\t%s\n",
		zeekEmpty, zeekUnset, p.clock(), strings.Join(names, "\t"), strings.Join(kinds, "\t")))
}

func (p *zeekPrinter) clock() string { return p.now().UTC().Format("2006-01-02-15-04-05") }

func (p *zeekPrinter) Render(b []byte, s *inspect.Session) []byte {
	if s.Session == nil {
		return b
	}
	if len(s.Messages) == 0 {
		return appendZeek(b, s, &smtpparse.Message{Time: s.Start}, 1)
	}
	for i, m := range s.Messages {
		b = appendZeek(b, s, m, i+1)
	}
	return b
}

// appendZeek appends the line of one message.
func appendZeek(b []byte, s *inspect.Session, m *smtpparse.Message, depth int) []byte {
	l := zeekLine{b: b}
	l.raw(strconv.FormatFloat(float64(m.Time.UnixMicro())/1e6, 'f', 6, 64))
	l.raw(zeekUID(s.Session))
	l.raw(s.Client.IP.String())
	l.raw(strconv.Itoa(int(s.Client.Port)))
	l.raw(s.Server.IP.String())
	l.raw(strconv.Itoa(int(s.Server.Port)))
	l.raw(strconv.Itoa(depth))
	helo := ""
	if n := len(s.Hello); n > 0 {
		helo = s.Hello[n-1].Name
	}
	l.text(helo)
	if m.MailFrom == "" && m.FirstFrame != 0 {
		l.raw(zeekEmpty)
	} else {
		l.text(m.MailFrom)
	}
	var rcpt []string
	for _, r := range m.RcptTo {
		rcpt = append(rcpt, r.Address)
	}
	l.set(rcpt)
	l.text(m.Date)
	l.text(m.From)
	var to []string
	if m.To != "" {
		to = []string{m.To}
	}
	l.set(to)
	l.unset() // cc
	l.unset() // reply_to
	l.text(m.MessageID)
	l.unset() // in_reply_to
	l.text(m.Subject)
	l.unset() // x_originating_ip
	l.unset() // first_received
	l.unset() // second_received
	l.text(lastReply(s.Session, m))
	l.set([]string{s.Server.IP.String(), s.Client.IP.String()})
	l.unset() // user_agent
	if s.TLS != nil {
		l.raw("T")
	} else {
		l.raw("F")
	}
	l.raw(zeekEmpty) // fuids
	l.text(s.CommunityID)
	return append(l.b, '\n')
}

// lastReply is the server's last reply to a message, with its code; to the session
// where there is no message.
func lastReply(s *smtpparse.Session, m *smtpparse.Message) string {
	if m.ReplyCode != 0 {
		return join(" ", strconv.Itoa(m.ReplyCode), m.ReplyText)
	}
	for i := len(s.Dialogue) - 1; i >= 0; i-- {
		if l := &s.Dialogue[i]; l.Kind == smtpparse.LineReply && (m.LastFrame == 0 || l.Frame <= m.LastFrame) {
			return join(" ", strconv.Itoa(l.Code), l.Text)
		}
	}
	return ""
}

// zeekUID is an identifier as Zeek makes them, 'C' and letters; the same for the
// same connection in every run.
func zeekUID(s *smtpparse.Session) string {
	const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", s.CommunityID, s.Start.UnixNano()))
	uid := [18]byte{0: 'C'}
	for i := 1; i < len(uid); i++ {
		uid[i] = letters[int(sum[i])%len(letters)]
	}
	return string(uid[:])
}

func (p *zeekPrinter) Write(_ int64, rendered []byte) error {
	if len(rendered) == 0 {
		return errNoSession
	}
	return p.add(append(p.b, rendered...))
}

func (p *zeekPrinter) End(*inspect.Summary) error {
	if err := p.add(append(p.b, "#close\t"+p.clock()+"\n"...)); err != nil {
		return err
	}
	return p.flush()
}

func (p *zeekPrinter) Flush() error { return p.flush() }

// A zeekLine is a line in the making.
type zeekLine struct {
	b     []byte
	begun bool
}

func (l *zeekLine) next() {
	if l.begun {
		l.b = append(l.b, '\t')
	}
	l.begun = true
}

func (l *zeekLine) raw(s string) {
	l.next()
	l.b = append(l.b, s...)
}

func (l *zeekLine) unset() { l.raw(zeekUnset) }

// text appends a string; one that is empty was not seen.
func (l *zeekLine) text(s string) {
	if s == "" {
		l.unset()
		return
	}
	l.next()
	l.b = appendZeekText(l.b, s, false)
}

// set appends a set or vector of strings.
func (l *zeekLine) set(list []string) {
	if len(list) == 0 {
		l.unset()
		return
	}
	l.next()
	for i, s := range list {
		if i > 0 {
			l.b = append(l.b, ',')
		}
		if s == "" {
			l.b = append(l.b, zeekEmpty...)
			continue
		}
		l.b = appendZeekText(l.b, s, true)
	}
}

// appendZeekText escapes as Zeek's ASCII writer does: separators, backslashes and
// what is not printable ASCII as \xHH, and the first octet of a text that reads
// as the mark for an unset or empty field.
func appendZeekText(b []byte, s string, inSet bool) []byte {
	mark := s == zeekUnset || s == zeekEmpty
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c > '~' || c == '\\' || inSet && c == ',' || mark && i == 0 {
			b = fmt.Appendf(b, `\x%02x`, c)
			continue
		}
		b = append(b, c)
	}
	return b
}
