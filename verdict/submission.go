package verdict

import "smtpscope/smtpparse"

// A submission is a mail transaction in a session without a login.
type submission struct {
	// line is the index of MAIL in the dialogue, or of the first line seen of the
	// transaction; the dialogue's length when none is kept.
	line int
	// frame is that of MAIL, or of the first part seen; 0 if there is none.
	frame int64
	// message is nil for a MAIL that never got as far as a recipient.
	message *smtpparse.Message
	// recipient is the frame of the first RCPT that the server took, as far as the
	// dialogue shows it; 0 if there is none.
	recipient int64
	// refusal is the server's first refusal of the transaction, when it took
	// nothing; its code is 0 if it refused nothing.
	refusal refusal
}

// A refusal is a reply, of which code and frame matter.
type refusal struct {
	code  int
	frame int64
}

func (u submission) exists() bool { return u.frame > 0 || u.message != nil }

// taken tells that the server went along: it took the mail or at least one of
// its recipients.
func (u submission) taken() bool {
	return u.recipient > 0 || u.message != nil && wasTaken(u.message)
}

// sent tells that the server took responsibility for the mail.
func (u submission) sent() bool { return u.message != nil && u.message.Status == "sent" }

// firstSubmission finds the transaction that shows best how mail was sent without
// a login: the first sent one, else the first with an accepted recipient, else the first.
func (ct *Court) firstSubmission(s *smtpparse.Session) submission {
	best := submission{line: len(s.Dialogue)}
	for _, m := range s.Messages {
		u := submission{frame: m.FirstFrame, message: m}
		if u.sent() {
			best = u
			break
		}
		if !best.exists() || u.taken() && !best.taken() {
			best = u
		}
	}
	if best.exists() {
		best.line = mailLine(s, best.frame)
	} else {
		best.line, best.frame = bareMail(s)
	}
	if best.exists() && !best.taken() {
		ct.follow(&best, s.Dialogue[best.line:])
	}
	return best
}

// bareMail returns the place and frame of the first MAIL in the dialogue.
func bareMail(s *smtpparse.Session) (line int, frame int64) {
	for i := range s.Dialogue {
		if l := &s.Dialogue[i]; l.Kind == smtpparse.LineCommand && l.Verb == "MAIL" {
			return i, l.Frame
		}
	}
	return len(s.Dialogue), 0
}

// follow reads what became of a transaction from its MAIL on, until the server
// took a recipient, refused a command of it, or something else ended it. Replies
// come in the order of the commands, pipelined or not (RFC 2920, section 3.2).
func (ct *Court) follow(u *submission, lines []smtpparse.Line) {
	ct.waiting = ct.waiting[:0] // places of commands that were not answered yet
	answered := 0
	for i := range lines {
		l := &lines[i]
		switch {
		case l.Kind == smtpparse.LineCommand:
			ct.waiting = append(ct.waiting, i)
			continue
		case l.Kind == smtpparse.LineData, l.Kind == smtpparse.LineEnd:
			continue
		case l.Kind != smtpparse.LineReply:
			return // what is missing or hidden may be the answer
		case l.More || answered == len(ct.waiting):
			continue
		}
		command := &lines[ct.waiting[answered]]
		answered++
		switch command.Verb {
		case "RCPT":
			if l.Code/100 == 2 {
				u.recipient = command.Frame
				return
			}
		case "MAIL", "DATA", "BDAT":
		case "RSET", "EHLO", "HELO", "LHLO", "QUIT", "AUTH", "X-EXPS", "STARTTLS":
			return
		default:
			continue
		}
		if l.Code >= 400 && u.refusal.code == 0 {
			u.refusal = refusal{code: l.Code, frame: l.Frame}
		}
	}
}

// mailLine returns the index of the MAIL with the given frame. Of a transaction
// whose MAIL was not seen it is the first line that is not before it.
func mailLine(s *smtpparse.Session, frame int64) int {
	later := len(s.Dialogue)
	for i := range s.Dialogue {
		l := &s.Dialogue[i]
		if l.Frame == frame && l.Kind == smtpparse.LineCommand && l.Verb == "MAIL" {
			return i
		}
		if l.Frame >= frame && i < later {
			later = i
		}
	}
	return later
}

func wasTaken(m *smtpparse.Message) bool {
	if m.Status == "sent" {
		return true
	}
	for i := range m.RcptTo {
		if m.RcptTo[i].ReplyCode/100 == 2 {
			return true
		}
	}
	return false
}
