package paste

import (
	"strings"

	"smtpscope/authtoken"
)

var (
	replyLine   = expression(`^[2-5][0-9][0-9](?:[ -]|$)`)
	commandLine = expression(`(?i)^(?:AUTH|X-EXPS|EHLO|HELO|LHLO|MAIL FROM|RCPT TO|STARTTLS|QUIT|DATA|RSET|NOOP|XCLIENT)(?:[ :]|$)`)
	// responseLine is what answers a 334: base64, a lone "=" or "*".
	responseLine = expression(`^(?:[A-Za-z0-9+/_-]*[A-Za-z0-9][A-Za-z0-9+/_-]*=*|=|\*)$`)
	// followFrame is what tshark -z follow,tcp,ascii puts around the text.
	followFrame = expression(`^(?:=+|Follow: .*|Filter: .*|Node [01]: .*|[0-9]+)$`)
)

// clientWords are what openssl s_client says itself and a response might be.
var clientWords = map[string]bool{"closed": true, "DONE": true, "RENEGOTIATING": true}

func isChallenge(text string) bool { return text == "334" || strings.HasPrefix(text, "334 ") }

// conversation gives the lines as a conversation; nil if there is no command and no
// reply among them. What else was on a terminal or in a log is left out: certificates
// that openssl s_client prints, words of swaks about itself.
func conversation(lines []line) []said {
	all, marked := readMarks(withoutFrame(lines))
	kept := all[:0]
	asked, spoke := false, false // a response may come; there is a command or a reply
	whole := -1                  // the line up to which the last one kept goes
	for i, l := range all {
		switch reply, command := replyLine().MatchString(l.text), commandLine().MatchString(l.text); {
		case l.fromServer || reply && !l.marked:
			asked, spoke = isChallenge(l.text), true
		case command:
			asked, spoke = isAuth(l.text), true
		case whole == i-1 && len(kept) > 0 && continues(&kept[len(kept)-1], &all[i]):
			kept[len(kept)-1].text += l.text
			whole = i
			continue
		case l.text == "":
			// An empty response stands between a 334 and the reply to it.
			if !asked || i+1 == len(all) || !all[i+1].fromServer {
				continue
			}
		case l.marked:
		case clientWords[l.text]:
			continue
		case marked || !responseLine().MatchString(l.text) || !asked && (i+1 == len(all) || !all[i+1].fromServer):
			continue
		}
		kept, whole = append(kept, l), i
	}
	if !spoke {
		return nil
	}
	return kept
}

// withoutFrame takes what tshark puts around a followed stream.
func withoutFrame(lines []line) []line {
	framed := false
	for _, l := range lines {
		framed = framed || strings.HasPrefix(l.text, "Follow: ")
	}
	if !framed {
		return lines
	}
	kept := make([]line, 0, len(lines))
	for _, l := range lines {
		if !followFrame().MatchString(l.text) {
			kept = append(kept, l)
		}
	}
	return kept
}

// continues tells that a terminal or a mailer broke a line with a token, and that
// this is the rest of it.
func continues(before, l *said) bool {
	if l.marked && (!before.marked || before.fromServer != l.fromServer) || len(before.text) > longestWrapped {
		return false
	}
	words := strings.Fields(before.text)
	switch {
	case len(words) == 0:
		return false
	case before.fromServer:
		return len(words) == 2 && isChallenge(before.text) && goesOn(words[1], l.text)
	case isAuth(before.text):
		return len(words) == 3 && goesOn(words[2], l.text)
	}
	return goesOn(before.text, l.text)
}

const (
	// leastWrapped is how long a word is, in letters of base64, that is held to be a
	// token among others or the beginning of one that was broken.
	leastWrapped = 16
	// longestWrapped bounds a token that is put together again.
	longestWrapped = 16 << 10
)

// goesOn tells that a token in base64 is cut where it ends, and that the next piece
// may be its rest. Its own lengths say so, or letters that make no whole octets.
func goesOn(piece, next string) bool {
	if len(piece) < leastWrapped || len(piece) > longestWrapped || strings.HasSuffix(piece, "=") || next == "" || !responseLine().MatchString(next) || begins(next) {
		return false
	}
	octets := unbase64(piece)
	if octets == nil {
		return false
	}
	return len(piece)%4 != 0 || known(octets) && authtoken.Decode(octets, authtoken.Options{}).Damage != nil
}
