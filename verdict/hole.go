package verdict

import (
	"smtpscope/smtpparse"
	"smtpscope/tlsparse"
)

// A hole is something that the capture lacks and that could have held the login.
type hole struct {
	kind holeKind
	// frame is where it shows, 0 when no frame does.
	frame int64
}

type holeKind uint8

const (
	holeNone     holeKind = iota
	holeToken             // 235 was seen, the token that says what was accepted was not
	holeVerb              // 235 was seen, the AUTH was not
	holeAuth              // an AUTH whose end was not seen
	holeOmitted           // more attempts than are kept
	holeSide              // one direction only
	holeStart             // the capture begins after the conversation did
	holeGap               // packets of the server are missing
	holeTLS               // TLS had begun when the capture ended
	holeEnd               // the capture ended first
	holeConflict          // two versions of the octets that decide
	holeDoubt             // a 235 that may belong to another attempt
	holeMixed             // tokens of two mechanisms in one attempt
	holeFuture            // the conversation goes on: nothing is decided yet
)

// or returns h, or other when h is none.
func (h hole) or(other hole) hole {
	if h.kind == holeNone {
		return other
	}
	return h
}

// holeBefore returns what is missing before the given line of the dialogue. Only
// what the server said can hide a login, since a login is a 235; so a gap of the
// client's octets alone is none. A first hello makes up for a beginning that was
// missed, because clients log in after it; a later one makes up for nothing,
// because a login outlives it (RFC 4954, section 4). Past the lines that are kept,
// any gap may be the one.
func holeBefore(s *smtpparse.Session, line int) hole {
	var h hole
	if s.Quality.Midstream {
		h = hole{kind: holeStart, frame: firstFrame(s)}
	}
	if line >= len(s.Dialogue) && s.Omitted["dialogue"] > 0 && s.Quality.Gaps > 0 {
		return hole{kind: holeGap}
	}
	greeted := false
	before := s.Dialogue[:min(line, len(s.Dialogue))]
	for i := range before {
		l := &before[i]
		switch {
		case l.Kind == smtpparse.LineGap && l.From != "client":
			h = hole{kind: holeGap, frame: l.Frame}
		case !greeted && isHello(s, l):
			greeted, h = true, hole{}
		}
	}
	return h
}

// holeAfter returns what is missing after the attempt's last line.
func holeAfter(s *smtpparse.Session, a *smtpparse.Auth) hole {
	after := 0
	for i := range s.Dialogue {
		if s.Dialogue[i].Frame == a.LastFrame {
			after = i + 1
		}
	}
	for i := range s.Dialogue[after:] {
		if l := &s.Dialogue[after+i]; l.Kind == smtpparse.LineGap && l.From != "client" {
			return hole{kind: holeGap, frame: l.Frame}
		}
	}
	return hole{}
}

// unplacedGap returns a hole when octets are missing and no line says where.
func unplacedGap(s *smtpparse.Session) hole {
	if s.Quality.Gaps == 0 {
		return hole{}
	}
	for i := range s.Dialogue {
		if s.Dialogue[i].Kind == smtpparse.LineGap {
			return hole{}
		}
	}
	return hole{kind: holeGap}
}

// strayAcceptance returns a hole when a 235 was seen and no attempt that it
// belongs to: somebody may have logged in, by words that were not understood.
func strayAcceptance(s *smtpparse.Session) hole {
	for i := range s.Dialogue {
		if l := &s.Dialogue[i]; l.Kind == smtpparse.LineReply && l.From == "server" && l.Code == 235 && !l.More {
			return hole{kind: holeVerb, frame: l.Frame}
		}
	}
	return hole{}
}

// unproven returns a hole when what decides about an accepted attempt can be
// forged: octets that came in two versions, a reply that may answer another
// attempt, tokens of two mechanisms.
func (ct *Court) unproven(s *smtpparse.Session, a *smtpparse.Auth) hole {
	switch at := s.Quality.ConflictFrame; {
	case at > 0 && at <= a.LastFrame, at == 0 && s.Quality.ConflictingOverlaps > 0:
		return hole{kind: holeConflict, frame: at}
	case a.Doubtful:
		return hole{kind: holeDoubt, frame: a.LastFrame}
	case a.Mixed, ct.challengedAfterTicket(a):
		return hole{kind: holeMixed, frame: a.LastFrame}
	}
	return hole{}
}

// challengedAfterTicket tells that the server answered a ticket with a challenge of
// NTLM, and no response to that was seen: what it accepted was not the ticket, or
// the tokens are those of two attempts with a hole between.
func (ct *Court) challengedAfterTicket(a *smtpparse.Auth) bool {
	m := ct.marksOf(a)
	return triedKerberos(a) && !sentNTLM(a) && m.apReq > 0 && m.challenge > m.apReq
}

// isHello tells that a line greets, or that it answers a greeting which was not seen.
func isHello(s *smtpparse.Session, l *smtpparse.Line) bool {
	switch {
	case l.Kind == smtpparse.LineCommand:
		return l.Verb == "EHLO" || l.Verb == "HELO" || l.Verb == "LHLO"
	case l.Kind == smtpparse.LineReply:
		for i := range s.Hello {
			if s.Hello[i].Verb == "" && s.Hello[i].ReplyFrame == l.Frame {
				return true
			}
		}
	}
	return false
}

// minServerFlight is less than the octets that a TLS server must send before a
// word of SMTP can be said: ServerHello, ChangeCipherSpec and Finished of the
// shortest resumption. A connection with fewer ended in the handshake.
const minServerFlight = 100

// hidesInTLS tells that TLS was set up, as far as can be seen, and not opened.
func hidesInTLS(s *smtpparse.Session) bool {
	t := s.TLS
	if t == nil || t.Decrypted {
		return false
	}
	if t.Outcome == tlsparse.Done {
		return true
	}
	if s.Quality.OneSided || s.Quality.Gaps > 0 || s.Quality.Midstream {
		return t.OctetsClient > 0 || t.OctetsServer > 0
	}
	return t.Outcome != tlsparse.Failed && t.OctetsServer >= minServerFlight && !clientLeftHandshake(s)
}

// clientLeftHandshake tells that the client said nothing after the server's first
// TLS octets. Whatever the version, it owes its Finished then (RFC 8446, section
// 2; RFC 5246, section 7.3), so nobody can have logged in.
func clientLeftHandshake(s *smtpparse.Session) bool {
	var client, server int64
	for i := range s.Dialogue {
		switch l := &s.Dialogue[i]; {
		case l.Kind != smtpparse.LineTLS:
		case l.From == "client":
			client = max(client, l.Frame, l.Last)
		case server == 0:
			server = l.Frame
		}
	}
	return client > 0 && client < server
}

// tlsBeganOnly tells that TLS began, and too little was sent for it to be set up.
func tlsBeganOnly(s *smtpparse.Session) bool {
	return s.TLS != nil && !s.TLS.Decrypted && !hidesInTLS(s)
}

// over tells that the conversation itself ended, not merely the capture of it: the
// connection was closed, a fatal alert forbade to say more (RFC 8446, section
// 6.2), or the server took its leave.
func over(s *smtpparse.Session) bool {
	switch {
	case s.Close == "fin", s.Close == "rst", s.Close == "reuse":
		return true
	case tlsBeganOnly(s) && s.TLS.Outcome == tlsparse.Failed:
		return true
	}
	for i := len(s.Dialogue) - 1; i >= 0; i-- {
		if l := &s.Dialogue[i]; l.Kind == smtpparse.LineReply {
			return l.Code == 221 || l.Code == 421
		}
	}
	return false
}

// firstFrame is the first frame that the session names. A folded run of message
// data may stand in the dialogue with a later frame than its message.
func firstFrame(s *smtpparse.Session) int64 {
	var first int64
	if len(s.Dialogue) > 0 {
		first = s.Dialogue[0].Frame
	}
	if len(s.Messages) > 0 && (first == 0 || s.Messages[0].FirstFrame < first) {
		first = s.Messages[0].FirstFrame
	}
	return first
}

func lastFrame(s *smtpparse.Session) int64 {
	if n := len(s.Dialogue); n > 0 {
		return s.Dialogue[n-1].Frame
	}
	return 0
}
