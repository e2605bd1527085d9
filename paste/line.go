package paste

import (
	"regexp"
	"strings"
)

// A line is one line of the text and its number, from 1.
type line struct {
	text   string
	number int64
}

// split gives the lines without white space around them, and without those that
// are blank. A blank one stays where it may be an empty response: behind a 334.
func split(text string) []line {
	var lines []line
	for i, s := range strings.Split(text, "\n") {
		s = strings.Trim(s, " \t\r\ufeff")
		if s != "" || len(lines) > 0 && challengeLine.MatchString(lines[len(lines)-1].text) {
			lines = append(lines, line{s, int64(i + 1)})
		}
	}
	return lines
}

// A said is a line of a conversation and who said it.
type said struct {
	line
	fromServer bool
}

var (
	replyLine = regexp.MustCompile(`^[2-5][0-9][0-9](?:[ -]|$)`)
	// challengeLine asks for a response, whatever mark a client put before it.
	challengeLine = regexp.MustCompile(`^(?:[<~*S:-]+ *)?334(?: |$)`)
	commandLine   = regexp.MustCompile(`(?i)^(?:AUTH|X-EXPS|EHLO|HELO|LHLO|MAIL FROM|RCPT TO|STARTTLS|QUIT|DATA|RSET|NOOP|XCLIENT)(?:[ :]|$)`)
	// header is where HTTP has its tokens.
	header = regexp.MustCompile(`(?i)^(?:(?:proxy-|www-)?auth(?:orization|enticate): *)?(?:negotiate|ntlm) +`)
	// marks of clients that print what they say: swaks, curl, openssl and RFCs.
	marks = []struct {
		prefix     string
		fromServer bool
	}{
		{"<**", true}, {"<~*", true}, {"<-", true}, {"<~", true}, {"**>", false}, {"->", false}, {"~>", false},
		{"S: ", true}, {"C: ", false}, {"< ", true}, {"> ", false},
	}
	// frame of tshark -z follow,tcp,ascii: what stands around the text.
	followFrame = regexp.MustCompile(`^(?:=+|Follow: .*|Filter: .*|Node [01]: .*|[0-9]+)$`)
)

// conversation gives the lines as a conversation; nil if there is no command with a
// token and no reply among them.
func conversation(lines []line) []said {
	framed := false
	for _, l := range lines {
		framed = framed || strings.HasPrefix(l.text, "Follow: ")
	}
	var all []said
	dialogue := false
	for _, l := range lines {
		if framed && followFrame.MatchString(l.text) {
			continue
		}
		text := l.text
		server, marked := false, false
		for _, m := range marks {
			if rest, ok := strings.CutPrefix(text, m.prefix); ok {
				text, server, marked = strings.TrimSpace(rest), m.fromServer, true
				break
			}
		}
		if !marked {
			server = replyLine.MatchString(text)
		}
		if server || commandLine.MatchString(text) {
			dialogue = true
		}
		all = append(all, said{line{text, l.number}, server})
	}
	all = withoutBlanks(all)
	if !dialogue {
		return nil
	}
	return all
}

// withoutBlanks drops the blank lines that are no empty response: one stands
// between a 334 and the reply to it.
func withoutBlanks(all []said) []said {
	kept := all[:0]
	for i, l := range all {
		if l.text != "" || i+1 < len(all) && all[i+1].fromServer {
			kept = append(kept, l)
		}
	}
	return kept
}
