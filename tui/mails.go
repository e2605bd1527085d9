package tui

import (
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"smtpscope/smtpparse"
	"smtpscope/words"
)

func (s *sessionScreen) messageItems() []item {
	mails := words.MailsOf(s.session.Session)
	var items []item
	for i, m := range s.session.Messages {
		if m != nil {
			items = append(items, s.messageTree(i, m, &mails)...)
		}
	}
	return items
}

var statusPaint = map[string]paint{"sent": good, "refused": bad, "aborted": warn, "cut": bad, "unknown": note}

func (s *sessionScreen) messageTree(i int, m *smtpparse.Message, mails *words.Mails) []item {
	status := span{statusPaint[m.Status], m.Status}
	if mails.GoesOn(m) {
		status = span{accent, "in progress"}
	}
	reply := words.Reply(m.ReplyCode, m.EnhancedCode, m.ReplyText)
	items := []item{{
		text: []span{{quiet, strconv.Itoa(i+1) + "  "}, status, {plain, with("  ", reply)},
			{quiet, "  " + join(", ", frames(m.FirstFrame, m.LastFrame), s.since(m.Time), say(m.TLS, "inside TLS"))}},
		frame: m.FirstFrame, foldable: true, enter: s.goToFrame(m.FirstFrame),
	}}
	fact := func(name string, frame int64, value string) {
		if value != "" {
			items = append(items, item{depth: 1, lead: []span{{plain, "   "}}, tail: []span{{plain, "   "}}, frame: frame,
				text: []span{{quiet, pad(name, 12)}, {plain, value}}, copied: show(value), hex: s.textHex(name, value), enter: s.goToFrame(frame)})
		}
	}
	if mails.SenderSeen(m) {
		fact("from", m.FirstFrame, join(" ", "<"+m.MailFrom+">", strings.Join(m.Params, " ")))
	} else {
		fact("from", m.FirstFrame, "sender not in the capture")
	}
	for _, r := range m.RcptTo {
		code := "no reply"
		if r.ReplyCode != 0 {
			code = join(" ", strconv.Itoa(r.ReplyCode), r.EnhancedCode, with("then ", say(r.DeliveryCode != 0, strconv.Itoa(r.DeliveryCode))))
		}
		fact("to", r.Frame, join("  ", "<"+r.Address+">", strings.Join(r.Params, " "), code))
	}
	fact("message", m.LastFrame, mails.Body(m))
	fact("subject", m.LastFrame, m.Subject)
	fact("header from", m.LastFrame, m.From)
	fact("header to", m.LastFrame, m.To)
	fact("date", m.LastFrame, m.Date)
	fact("message id", m.LastFrame, m.MessageID)
	for _, a := range m.Attachments {
		fact("attached", m.LastFrame, join(", ", a.Name, a.Type, count(a.Bytes, "octet")))
	}
	return items
}

// goToMessage shows the message that a frame is of.
func (s *sessionScreen) goToMessage(frame int64) func() tea.Cmd {
	return func() tea.Cmd {
		s.tab = tabMessages
		p := s.pane()
		for i, at := range p.items {
			it := &p.all[at]
			if it.depth == 0 && it.frame <= frame {
				p.to(i)
			}
		}
		return nil
	}
}
