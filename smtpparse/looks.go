package smtpparse

import "bytes"

// Guess says what the first bytes of a direction look like.
type Guess uint8

// The guesses.
const (
	GuessMore    Guess = iota // too few bytes to tell
	GuessNotSMTP              // neither
	GuessClient               // an SMTP client's (EHLO, HELO, LHLO, other verbs, a PROXY header)
	GuessServer               // an SMTP server's (three digits and a space or hyphen)
	GuessTLS                  // a TLS record: ClientHello
)

// enoughToLook is how many octets suffice for any guess.
const enoughToLook = 512

// LooksLike judges the first bytes of a direction: which side of an SMTP
// conversation sends such. It is for connections whose opening was not seen,
// and for finding SMTP on any port.
func LooksLike(data []byte) Guess {
	if len(data) == 0 {
		return GuessMore
	}
	switch c := data[0]; {
	case c == recordHandshake:
		return looksTLS(data)
	case '2' <= c && c <= '5':
		return looksServer(data)
	case c == '\r':
		return looksPROXY(data)
	case isSpace(c):
		return GuessNotSMTP
	}
	return looksClient(data)
}

func looksTLS(data []byte) Guess {
	switch findRecord(data[:min(len(data), 3)]) {
	case foundTLS:
	case foundMore:
		return GuessMore
	default:
		return GuessNotSMTP
	}
	if len(data) < 6 {
		return GuessMore
	}
	if data[5] == 1 { // ClientHello
		return GuessTLS
	}
	return GuessNotSMTP
}

func looksPROXY(data []byte) Guess {
	n := min(len(data), len(proxySignature))
	switch {
	case string(data[:n]) != proxySignature[:n]:
		return GuessNotSMTP
	case n < len(proxySignature):
		return GuessMore
	}
	return GuessClient
}

// looksServer looks at a reply. FTP, NNTP and others reply in the same form, so
// the words count: a line that names SMTP, or what only SMTP servers say.
func looksServer(data []byte) Guess {
	for i, c := range data[:min(len(data), 4)] {
		if i < 3 && (c < '0' || c > '9') || i == 3 && c != ' ' && c != '-' && c != '\r' && c != '\n' {
			return GuessNotSMTP
		}
	}
	end := bytes.IndexByte(data, '\n')
	if end < 0 && len(data) < enoughToLook {
		return GuessMore
	}
	lines := bytes.ToUpper(data[:min(len(data), enoughToLook)])
	for _, word := range []string{"FTP", "NNTP", "INN ", "POP3", "IMAP", "NEWS", "HTTP", "PROFTPD", "CDDB", "DICT"} {
		if hasWord(lines, word) && !hasWord(lines, "SMTP") {
			return GuessNotSMTP
		}
	}
	code := string(data[:3])
	text := lines[min(4, len(lines)):]
	for _, word := range []string{"SMTP", "LMTP", "PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES", "STARTTLS", "MAIL", "POSTFIX", "SENDMAIL", "EXIM", "DOVECOT"} {
		if hasWord(text, word) && (code == "220" || code == "250" || code == "421" || code == "554") {
			return GuessServer
		}
	}
	if enhanced, _ := cutEnhanced(int(code[0]-'0')*100, bytes.TrimSpace(text)); enhanced != nil {
		return GuessServer
	}
	switch code {
	case "334", "354", "235":
		return GuessServer
	}
	return GuessNotSMTP
}

func hasWord(b []byte, word string) bool { return bytes.Contains(b, []byte(word)) }

// looksClient looks for a whole command whose form only SMTP has.
func looksClient(data []byte) Guess {
	line := data
	end := bytes.IndexByte(data, '\n')
	if end >= 0 {
		line = trimCR(data[:end])
	}
	if notText(line[:min(len(line), enoughToLook)]) {
		return GuessNotSMTP
	}
	if bytes.HasPrefix(line, []byte("PROXY ")) {
		if end < 0 && len(data) < longestPROXY {
			return GuessMore
		}
		return LooksLike(data[min(end+1, len(data)):]).behindPROXY()
	}
	word, args := cutWord(line)
	v, _ := lookupVerb(word)
	if end < 0 {
		if len(data) < enoughToLook && (len(word) == len(line) && len(word) <= longestVerb || v != noVerb) {
			return GuessMore
		}
		return GuessNotSMTP
	}
	switch v {
	case verbEHLO, verbHELO, verbLHLO:
		if len(trimSpace(args)) > 0 {
			return GuessClient
		}
	case verbMAIL, verbRCPT:
		if commandLike(v, args) {
			return GuessClient
		}
	case verbBDAT:
		n, _ := cutWord(args)
		if _, ok := parseCount(n); ok {
			return GuessClient
		}
	case verbXEXPS, verbXANONYMOUSTLS, verbXEXCH50, verbXCLIENT, verbSTARTTLS:
		return GuessClient
	case verbNOOP, verbRSET, verbQUIT, verbDATA: // POP3 and FTP know these too
		return LooksLike(data[end+1:]).behindNeutral()
	case verbAUTH:
		mechanism, _ := cutWord(args)
		if len(mechanism) > 0 && string(bytes.ToUpper(mechanism)) != "TLS" && string(bytes.ToUpper(mechanism)) != "SSL" {
			return GuessClient
		}
	}
	return GuessNotSMTP
}

// behindPROXY is the guess when g follows a PROXY header: nothing yet is as
// good as SMTP, whose client waits for the greeting.
func (g Guess) behindPROXY() Guess {
	if g == GuessServer {
		return GuessNotSMTP
	}
	if g == GuessMore {
		return GuessClient
	}
	return g
}

// behindNeutral is the guess when g follows a command that other protocols have.
func (g Guess) behindNeutral() Guess {
	if g == GuessClient || g == GuessMore {
		return g
	}
	return GuessNotSMTP
}
