package report

import (
	"strings"

	"smtpscope/smtpparse"
	"smtpscope/words"
)

func (p *page) mails(s *smtpparse.Session) {
	if len(s.Messages) == 0 {
		return
	}
	c := words.MailsOf(s)
	for i, m := range s.Messages {
		if m != nil {
			p.mail(numbered("Mail", i, len(s.Messages)), m, &c)
		}
	}
}

func (p *page) mail(label string, m *smtpparse.Message, c *words.Mails) {
	p.row(label)
	p.wrap(bodyColumn, p.clip(join(": ", m.Status, words.Reply(m.ReplyCode, m.EnhancedCode, m.ReplyText)), p.wireRoom(0))+
		" ("+frames(m.FirstFrame, m.LastFrame)+say(m.TLS, ", inside TLS")+")")
	if c.SenderSeen(m) {
		p.quote("from", join(" ", "<"+m.MailFrom+">", strings.Join(m.Params, " ")))
	} else {
		p.fact("from", "sender not in the capture")
	}
	p.recipients(m.RcptTo)
	p.fact("message", c.Body(m))
	p.quote("subject", m.Subject)
	if m.MailFrom == "" || !strings.Contains(m.From, m.MailFrom) {
		p.quote("header from", m.From)
	}
	p.quote("message id", m.MessageID)
	for i, a := range m.Attachments {
		name := first(i, "attached")
		if name == "" {
			name = " "
		}
		p.fact(name, join(", ", p.clip(a.Name, p.wireRoom(factColumn)), a.Type, count(a.Bytes, "octet")))
	}
}

func (p *page) recipients(list []smtpparse.Recipient) {
	width, half := 0, (p.width-factColumn)/2
	for _, r := range list {
		width = max(width, columns(Printable(recipientReply(&r))))
	}
	for i, r := range list {
		p.to(bodyColumn)
		p.styled(dim, first(i, "to"))
		p.to(factColumn)
		reply := Printable(recipientReply(&r))
		if columns(reply) > half {
			p.wrap(factColumn, p.clip(reply, p.wireRoom(factColumn))) // the address goes below it
			p.to(factColumn)
		} else {
			p.put(reply)
			p.to(factColumn + min(width, half) + 2)
		}
		p.wrap(p.col, p.clip(join(" ", "<"+r.Address+">", strings.Join(r.Params, " ")), 2*max(p.width, defaultWidth)))
	}
}

func recipientReply(r *smtpparse.Recipient) string {
	reply := words.Reply(r.ReplyCode, r.EnhancedCode, "")
	if r.ReplyCode == 0 {
		reply = "no reply"
	}
	return join(", ", reply, with("then ", words.Reply(r.DeliveryCode, "", "")))
}
