package verdict

import (
	"strings"

	"smtpscope/smtpparse"
)

// A product is the mail server, as far as the advice depends on it.
type product uint8

const (
	unasked product = iota // nobody wanted to know yet
	otherProduct
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
func (ct *Court) productOf(s *smtpparse.Session) product {
	if ct.product == unasked {
		ct.product = recognise(s)
	}
	return ct.product
}

func recognise(s *smtpparse.Session) product {
	if s.Greeting != nil {
		for i := range greetingWords {
			if g := &greetingWords[i]; strings.Contains(s.Greeting.Text, g.word) {
				return g.product
			}
		}
	}
	for i := range s.Hello {
		for j := range s.Hello[i].Capabilities {
			switch s.Hello[i].Capabilities[j].Keyword {
			case "X-EXPS", "X-ANONYMOUSTLS", "XRDST":
				return exchange
			}
		}
	}
	return otherProduct
}
