package tui

import (
	"strconv"

	"smtpscope/words"
)

// connectionItems are what is known of the session besides what was said: of its
// packets, and of its TLS.
func (s *sessionScreen) connectionItems() []item {
	l := factList{screen: s}
	l.packets()
	l.title("TLS")
	if s.session.TLS == nil {
		l.row("TLS", 0, quiet, "It never began.")
		return l.items
	}
	l.tls(s.session.TLS)
	return l.items
}

// A factList grows row by row.
type factList struct {
	screen *sessionScreen
	items  []item
}

// row adds one named value; nothing when it is empty.
func (l *factList) row(name string, frame int64, p paint, value string) {
	if value == "" {
		return
	}
	it := item{
		lead: []span{{quiet, pad(name, 18)}}, tail: []span{{plain, spaces(18)}},
		text: []span{{p, value}}, frame: frame, name: name, copied: show(value),
	}
	if frame > 0 {
		it.enter = l.screen.goToFrame(frame)
	}
	l.items = append(l.items, it)
}

func (l *factList) title(text string) {
	if len(l.items) > 0 {
		l.items = append(l.items, item{})
	}
	l.items = append(l.items, item{text: []span{{strong, text}}})
}

// packets are the facts of the TCP connection.
func (l *factList) packets() {
	s := l.screen.session
	l.title("Connection")
	client, server := l.screen.facts.Client, l.screen.facts.Server
	l.row("from, to", 0, plain, join(", ", hostPort(client)+" "+l.screen.theme.marks.arrow+" "+hostPort(server),
		say(s.Initiator == "seen", "its opening was seen"), say(s.Initiator == "guessed", "who opened it is guessed")))
	l.row("relayed for", s.ProxiedFrame, plain, join(", ", s.ProxiedClient, say(s.ProxiedFrame > 0, frames(s.ProxiedFrame, 0))))
	l.row("VLAN", 0, plain, say(s.VLAN != 0, strconv.Itoa(int(s.VLAN))))
	l.row("Community ID", 0, plain, s.CommunityID)
	l.row("protocol", 0, plain, s.Protocol)
	if g := s.Greeting; g != nil {
		l.row("greeting", g.Frame, plain, join(", ", strconv.Itoa(g.Code)+" "+g.Text, say(g.Lines > 1, count(int64(g.Lines), "line")), frames(g.Frame, 0)))
	}
	l.row("began", 0, plain, words.Stamp(s.Start))
	l.row("ended", 0, plain, join(", ", words.Stamp(s.End), took(s.End.Sub(s.Start)), words.Closing(s.Session)))
	l.row("packets", 0, plain, grouped(s.Packets))
	l.row("octets", 0, plain, grouped(s.Bytes.Client)+" from the client, "+grouped(s.Bytes.Server)+" from the server")
	q := &s.Quality
	l.row("the capture", q.ConflictFrame, bad, join(", ", words.Lacks(q), say(q.ConflictFrame > 0, "the first "+frames(q.ConflictFrame, 0))))
	l.row("packets came", 0, plain, join(", ", say(q.Retransmissions > 0, "sent again "+count(q.Retransmissions, "time")),
		say(q.OutOfOrder > 0, "out of order "+count(q.OutOfOrder, "time")), say(q.Duplicates > 0, "seen twice "+count(q.Duplicates, "time"))))
	l.row("not kept", 0, bad, words.NotKept(s.Session))
}
