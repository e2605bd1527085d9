package verdict

import (
	"strings"

	"smtpscope/smtpparse"
)

// A product is the mail server, as far as the advice depends on it.
type product uint8

const (
	otherProduct product = iota
	exchange
	postfix
	otherUnix // Exim, OpenSMTPD, Sendmail and the like: a keytab, the class smtp
)

var greetingWords = []struct {
	word    string
	product product
}{
	{"Microsoft ESMTP MAIL Service", exchange},
	{"Postfix", postfix},
	{"Exim", otherUnix},
	{"OpenSMTPD", otherUnix},
	{"Sendmail", otherUnix},
	{"Dovecot", otherUnix},
	{"Cyrus", otherUnix},
}

// productOf recognises the server by its greeting or by extensions that only
// Exchange has.
func productOf(s *smtpparse.Session) product {
	if s.Greeting != nil {
		for _, g := range greetingWords {
			if strings.Contains(s.Greeting.Text, g.word) {
				return g.product
			}
		}
	}
	for i := range s.Hello {
		for _, c := range s.Hello[i].Capabilities {
			switch c.Keyword {
			case "X-EXPS", "X-ANONYMOUSTLS", "XRDST":
				return exchange
			}
		}
	}
	return otherProduct
}
