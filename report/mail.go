package report

import (
	"strings"

	"smtpscope/smtpparse"
)

func (p *page) mails(messages []*smtpparse.Message) {
	for i, m := range messages {
		if m != nil {
			p.mail(numbered("Mail", i, len(messages)), m)
		}
	}
}

func (p *page) mail(label string, m *smtpparse.Message) {
	p.row(label)
	p.wrap(bodyColumn, p.clip(join(": ", m.Status, replyText(m.ReplyCode, m.EnhancedCode, m.ReplyText)), 4*p.width)+
		" ("+frames(m.FirstFrame, m.LastFrame)+say(m.TLS, ", inside TLS")+")")
	p.fact("from", join(" ", "<"+m.MailFrom+">", strings.Join(m.Params, " ")))
	p.recipients(m.RcptTo)
	p.fact("message", join(", ",
		count(m.Bytes, "octet"),
		"by "+m.Transfer+say(m.Chunks > 0, " in "+count(int64(m.Chunks), "chunk")),
		say(m.Complete, "complete"), say(!m.Complete, "NOT COMPLETE in the capture")))
	p.fact("subject", m.Subject)
	if m.MailFrom == "" || !strings.Contains(m.From, m.MailFrom) {
		p.fact("header from", m.From)
	}
	p.fact("message id", m.MessageID)
	for i, a := range m.Attachments {
		name := first(i, "attached")
		if name == "" {
			name = " "
		}
		p.fact(name, join(", ", a.Name, a.Type, count(a.Bytes, "octet")))
	}
}

func (p *page) recipients(list []smtpparse.Recipient) {
	width := 0
	for _, r := range list {
		width = max(width, columns(Printable(recipientReply(&r))))
	}
	for i, r := range list {
		p.to(bodyColumn)
		p.styled(dim, first(i, "to"))
		p.to(factColumn)
		p.put(p.cut(recipientReply(&r), (p.width-factColumn)/2))
		p.to(min(factColumn+width, (p.width+factColumn)/2) + 2)
		p.wrap(p.col, p.clip(join(" ", "<"+r.Address+">", strings.Join(r.Params, " ")), 2*p.width))
	}
}

func recipientReply(r *smtpparse.Recipient) string {
	reply := replyText(r.ReplyCode, r.EnhancedCode, "")
	if r.ReplyCode == 0 {
		reply = "no reply"
	}
	return join(", ", reply, with("then ", replyText(r.DeliveryCode, "", "")))
}
