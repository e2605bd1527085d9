package paste

import "strings"

// A line is one line of the text and its number, from 1.
type line struct {
	text   string
	number int64
}

// blank is what stands around a line: white space, and what mail and chat programs
// put between words.
const blank = " \t\r\ufeff\u00a0\u200b"

// split gives the lines without white space around them, and without those that
// are blank. A blank one stays where it may be an empty response: behind a 334.
func split(text string) []line {
	if !strings.Contains(text, "\n") {
		text = strings.ReplaceAll(text, "\r", "\n")
	}
	var lines []line
	for i, s := range strings.Split(text, "\n") {
		s = strings.Trim(strings.TrimSuffix(strings.Trim(s, blank), `\r\n`), blank)
		if s != "" || len(lines) > 0 && asksForMore(lines[len(lines)-1].text) {
			lines = append(lines, line{s, int64(i + 1)})
		}
	}
	for range deepestQuote {
		if !unquote(lines) {
			break
		}
	}
	return lines
}

// deepestQuote is how often a mail is quoted.
const deepestQuote = 4

// asksForMore tells a 334, whatever mark a program put before it.
func asksForMore(text string) bool {
	_, rest, _ := cutMark(text)
	return isChallenge(rest)
}

// unquote takes the mark of quoted mail from the lines, if all have it and one of
// them is the server's or has a mark of its own: else it may be curl's.
func unquote(lines []line) bool {
	speaks := false
	for _, l := range lines {
		rest, quoted := strings.CutPrefix(l.text, ">")
		if !quoted {
			return false
		}
		rest = strings.Trim(rest, blank)
		m, _, _ := cutMark(rest)
		speaks = speaks || m != nil || replyLine().MatchString(rest)
	}
	for i := range lines {
		if speaks {
			lines[i].text = strings.Trim(lines[i].text[1:], blank)
		}
	}
	return speaks
}
