package paste

import (
	"encoding/csv"
	"strings"
)

// A mark is what a program puts before each line of a conversation that it prints.
type mark struct {
	text string
	// fromServer tells whose line it is when a client prints it. In the log of a
	// server the same marks stand for the other side.
	fromServer bool
}

// marks are tried in order: the longer before those that they begin with.
var marks = []mark{
	{"SERVER -> CLIENT:", true}, {"CLIENT -> SERVER:", false}, // PHPMailer
	{"SMTP<<", true}, {"SMTP>>", false}, // Exim
	{"reply:", true}, {"send:", false}, // Python's smtplib
	{"<<<", true}, {">>>", false}, {"<--", true}, {"-->", false}, // Sendmail, msmtp
	{"<**", true}, {"<~*", true}, {"<-", true}, {"<~", true}, {"**>", false}, {"->", false}, {"~>", false}, // swaks
	{"S:", true}, {"C:", false}, {"<", true}, {">", false}, // RFCs and MailKit, curl
}

var (
	// stamp is a time, a level or a name in brackets, as logs put before a mark.
	stamp = expression(`^(?:(?:\[[^\]]*\]|[A-Z][a-z]{2}|\d{1,2}|\d{4}-\d\d-\d\d\S*|\d\d:\d\d\S*|TRACE|DEBUG|INFO)\s+)+`)
	// postfixLog is a line of smtpd -v or smtp -v: who it is with, and the mark.
	postfixLog = expression(`postfix\S*\[\d+\]: ([<>]) \S+\[[^\]]*\](?::\d+)?: ?`)
	// exchangeLog is a row of Exchange's protocol logs, up to the event.
	exchangeLog = expression(`^\d{4}-\d\d-\d\dT[0-9:.]+Z,(?:[^,]*,){5}[-+*<>],`)
	// pythonWords is a string as Python prints it.
	pythonWords = expression(`^b?(?:'(.*)'|"(.*)")$`)
)

// cutMark takes the mark from a line; nil if there is none. What only a log says of
// a conversation, and nobody in it, is no line of it at all: said is false.
func cutMark(text string) (m *mark, rest string, said bool) {
	if exchangeLog().MatchString(text) {
		return exchangeRow(text)
	}
	if at := postfixLog().FindStringSubmatchIndex(text); at != nil {
		return markOf(text[at[2]:at[3]]), text[at[1]:], true
	}
	if m, rest = leadingMark(text); m == nil {
		if m, rest = leadingMark(stamp().ReplaceAllString(text, "")); m == nil {
			return nil, text, true
		}
	}
	if m.text == "reply:" || m.text == "send:" {
		words := pythonWords().FindStringSubmatch(rest)
		if words == nil { // "reply: retcode (334); Msg: …" repeats the line before it
			return m, "", false
		}
		rest = strings.TrimSuffix(words[1]+words[2], `\r\n`)
	}
	return m, rest, true
}

func leadingMark(text string) (*mark, string) {
	for i := range marks {
		m := &marks[i]
		rest, found := strings.CutPrefix(text, m.text)
		if found && (rest == "" || rest[0] == ' ' || rest[0] == '\t' || m.text == "C:" && commandLine().MatchString(rest) || m.text == "S:" && replyLine().MatchString(rest)) {
			return m, strings.Trim(rest, blank)
		}
	}
	return nil, text
}

func markOf(text string) *mark {
	for i := range marks {
		if marks[i].text == text {
			return &marks[i]
		}
	}
	return nil
}

// exchangeRow reads a row: time, connector, session, number, two addresses, event,
// data, context. Only what was sent and received was said.
func exchangeRow(text string) (*mark, string, bool) {
	r := csv.NewReader(strings.NewReader(text))
	r.LazyQuotes = true
	row, err := r.Read()
	if err != nil || len(row) < 8 || row[6] != "<" && row[6] != ">" {
		return nil, "", false
	}
	return markOf(row[6]), row[7], true
}

// A said is a line of a conversation and who said it.
type said struct {
	line
	fromServer bool
	marked     bool
}

// readMarks takes the marks from the lines, and tells whether any had one. Lines that
// nobody said are left out.
func readMarks(lines []line) (all []said, marked bool) {
	right := 0 // lines whose mark and words agree, less those where they do not
	for _, l := range lines {
		m, text, ok := cutMark(l.text)
		if !ok {
			continue
		}
		s := said{line: line{text, l.number}, marked: m != nil}
		reply := replyLine().MatchString(text)
		s.fromServer = reply
		if m != nil {
			marked, s.fromServer = true, m.fromServer
			switch {
			case !reply && !commandLine().MatchString(text):
			case reply == m.fromServer:
				right++
			default:
				right--
			}
		}
		all = append(all, s)
	}
	if right < 0 { // the log of a server
		for i := range all {
			all[i].fromServer = all[i].fromServer != all[i].marked
		}
	}
	return all, marked
}
