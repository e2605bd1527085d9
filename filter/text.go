package filter

import (
	"strconv"
	"unicode"
	"unicode/utf8"

	"smtpscope/authtoken"
	"smtpscope/inspect"
	"smtpscope/smtpparse"
)

// Text appends what words are looked for in: all that was said, and what the
// tokens say, in lower case, a line feed between one thing and the next. Of our
// own words it has the names of the state, the causes and the findings only: a
// search for "kerberos" should not find each sentence that says it was none.
func Text(b []byte, s *inspect.Session) []byte {
	t := texter(b)
	t.add(string(s.Verdict.State))
	t = append(t, s.Client.IP.String()...)
	t = strconv.AppendUint(append(t, ':'), uint64(s.Client.Port), 10)
	t = append(append(t, '\n'), s.Server.IP.String()...)
	t = strconv.AppendUint(append(t, ':'), uint64(s.Server.Port), 10)
	t = append(t, '\n')
	t.add(s.ProxiedClient)
	t.add(s.CommunityID)
	for i := range s.Dialogue {
		t.line(&s.Dialogue[i])
	}
	for _, a := range s.Auth {
		if a == nil {
			continue
		}
		user, spn := Account(a)
		t.add(a.Actual)
		t.add(user)
		t.add(spn)
		for j := range a.Steps {
			t.add(a.Steps[j].Kind)
			t.add(a.Steps[j].Text)
			if a.Steps[j].Tree != nil {
				t.tree(a.Steps[j].Tree, 0)
			}
		}
	}
	for _, m := range s.Messages {
		if m != nil {
			t.message(m)
		}
	}
	for _, c := range s.Verdict.Causes {
		t.add(string(c.ID))
	}
	for _, f := range s.Findings {
		t.add(f.ID)
	}
	for _, a := range s.Anomalies {
		t.add(string(a.Kind))
		t.add(a.Text)
	}
	return t
}

type texter []byte

func (t *texter) line(l *smtpparse.Line) {
	if l.Code != 0 {
		*t = strconv.AppendInt(*t, int64(l.Code), 10)
		separator := byte(' ')
		if l.More {
			separator = '-'
		}
		*t = append(*t, separator)
	}
	t.add(l.Text)
}

func (t *texter) message(m *smtpparse.Message) {
	for _, s := range [...]string{m.MailFrom, m.Subject, m.From, m.To, m.MessageID, m.Date} {
		t.add(s)
	}
	for i := range m.RcptTo {
		t.add(m.RcptTo[i].Address)
	}
	for i := range m.Attachments {
		t.add(m.Attachments[i].Name)
		t.add(m.Attachments[i].Type)
	}
}

// treeDepth bounds the fields in fields that are looked into; honest tokens
// have less than half of it.
const treeDepth = 40

func (t *texter) tree(f *authtoken.Field, depth int) {
	t.add(f.Value)
	if depth < treeDepth {
		for i := range f.Fields {
			t.tree(&f.Fields[i], depth+1)
		}
	}
}

// add appends s in lower case.
func (t *texter) add(s string) {
	if s == "" {
		return
	}
	b := *t
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= 'A' && c <= 'Z' {
				c |= 0x20
			}
			b = append(b, c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			b = append(b, c)
		} else {
			b = utf8.AppendRune(b, unicode.ToLower(r))
		}
		i += size
	}
	*t = append(b, '\n')
}
