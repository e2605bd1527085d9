package tui

import (
	"cmp"
	"strconv"
	"strings"

	"smtpscope/tlsparse"
)

var tlsVias = map[string]string{
	"starttls": "STARTTLS", "x-anonymoustls": "X-ANONYMOUSTLS", "implicit": "from the first octet",
}

var hiddenWords = map[tlsparse.Hidden]string{
	tlsparse.HiddenNoKeys:      "no key was given (--keylog, --tls-key)",
	tlsparse.HiddenNoKey:       "no key of this session was given",
	tlsparse.HiddenWrongKey:    "the key of this session does not fit",
	tlsparse.HiddenUnsupported: "the cipher suite is not supported",
	tlsparse.HiddenNoHandshake: "its handshake is not in the capture",
	tlsparse.HiddenGap:         "not all, because packets are missing",
	tlsparse.HiddenDamage:      "not all, because records are damaged",
}

// tlsItems are the rows of the TLS tab.
func (s *sessionScreen) tlsItems() []item {
	t := s.session.TLS
	if t == nil {
		return nil
	}
	var l tlsList
	l.screen = s
	l.row("begins", t.Frame, plain, cmp.Or(tlsVias[t.Via], t.Via)+", "+frames(t.Frame, 0))
	if t.ReplyFrame > 0 {
		l.row("go-ahead", t.ReplyFrame, plain, frames(t.ReplyFrame, 0))
	}
	if t.Decrypted {
		l.row("inside", 0, good, join(": ", "decrypted", hiddenWords[t.Hidden]))
	} else {
		l.row("inside", 0, note, join(": ", "not decrypted", cmp.Or(hiddenWords[t.Hidden], "what was said inside cannot be seen")))
	}
	l.agreed(&t.Facts)
	l.row("from the client", 0, plain, count(t.OctetsClient, "octet"))
	l.row("from the server", 0, plain, count(t.OctetsServer, "octet"))
	l.handshake(&t.Facts)
	l.chain("Server's certificates", t.ServerCertificates)
	l.chain("Client's certificates", t.ClientCertificates)
	l.offered(&t.Facts)
	return l.items
}

// A tlsList grows row by row.
type tlsList struct {
	screen *sessionScreen
	items  []item
}

// row adds one named value; nothing when it is empty.
func (l *tlsList) row(name string, frame int64, p paint, value string) {
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

func (l *tlsList) title(words string) {
	l.items = append(l.items, item{}, item{text: []span{{strong, words}}})
}

func (l *tlsList) agreed(f *tlsparse.Facts) {
	l.row("version", 0, plain, f.Version)
	suite := plain
	if f.Weakness != "" {
		suite = warn
	}
	l.row("cipher suite", 0, suite, join(": ", f.CipherSuite, f.Weakness))
	l.row("group", 0, plain, f.Group)
	l.row("name asked for", 0, plain, f.SNI)
	l.row("ALPN", 0, plain, f.ALPN)
	l.row("resumed by", 0, plain, f.Resumption)
	l.row("early data", 0, plain, f.EarlyData)
	l.row("client certificate", 0, plain, f.ClientCertificate)
	if f.NameMatch == "match" {
		l.row("certificate", 0, good, "fits "+f.CheckedName)
	} else if f.NameMatch != "" {
		l.row("certificate", 0, warn, "does not fit "+f.CheckedName)
	}
	l.row("also", 0, plain, join(", ", say(f.HelloRetryRequest, "HelloRetryRequest"),
		say(f.Renegotiations > 0, count(int64(f.Renegotiations), "renegotiation")),
		say(f.KeyUpdates > 0, count(int64(f.KeyUpdates), "key update"))))
}

func (l *tlsList) handshake(f *tlsparse.Facts) {
	p := plain
	if f.Outcome == tlsparse.Failed {
		p = warn
	}
	l.row("handshake", 0, p, join(", ", string(f.Outcome), say(f.Malformed != "", "malformed "+f.Malformed)))
	for _, a := range f.Alerts {
		l.row("alert", a.Frame, plain, join(" ", a.From, a.Level, a.Name)+", "+frames(a.Frame, 0))
	}
	for i := range f.Flights {
		flight := &f.Flights[i]
		name := ""
		if i == 0 {
			name = "flights"
		}
		took := flight.LastTime.Sub(flight.Time)
		l.row(cmp.Or(name, " "), flight.Frame, plain, join(", ", flight.From, count(flight.Octets, "octet"), count(flight.Records, "record"),
			frames(flight.Frame, flight.LastFrame), say(i > 0, "+"+flight.Time.Sub(f.Flights[0].Time).String()), say(took > 0, "in "+took.String())))
	}
}

func (l *tlsList) chain(title string, list []*tlsparse.Certificate) {
	if len(list) == 0 {
		return
	}
	l.title(title)
	for i, c := range list {
		if i > 0 {
			l.items = append(l.items, item{})
		}
		if c.Damage != "" {
			l.row("cannot be read", 0, warn, c.Damage)
		}
		l.row("subject", 0, plain, c.Subject)
		l.row("names", 0, plain, strings.Join(c.Names, ", "))
		if c.SelfSigned {
			l.row("issuer", 0, plain, "itself")
		} else {
			l.row("issuer", 0, plain, c.Issuer)
		}
		if !c.NotAfter.IsZero() {
			l.row("valid", 0, plain, c.NotBefore.Format(stampSeconds)+" to "+c.NotAfter.Format(stampSeconds))
		}
		l.row("key", 0, plain, join(" ", c.KeyType, say(c.KeyBits > 0, strconv.Itoa(c.KeyBits))))
		l.row("signature", 0, plain, c.Signature)
		l.row("SHA-256", 0, plain, c.SHA256)
	}
}

func (l *tlsList) offered(f *tlsparse.Facts) {
	if f.ClientRandom == "" {
		return
	}
	l.title("The client offers")
	l.row("versions", 0, plain, strings.Join(f.OfferedVersions, ", "))
	l.row("cipher suites", 0, plain, strings.Join(f.OfferedCipherSuites, ", "))
	l.row("groups", 0, plain, strings.Join(f.OfferedGroups, ", "))
	l.row("ALPN", 0, plain, strings.Join(f.OfferedALPN, ", "))
	l.row("extensions", 0, plain, strings.Join(f.ClientExtensions, ", "))
	l.row("JA4", 0, plain, f.JA4)
	l.row("JA3", 0, plain, f.JA3)
	l.row("client random", 0, plain, f.ClientRandom)
	l.row("server random", 0, plain, f.ServerRandom)
	l.row("server extensions", 0, plain, strings.Join(f.ServerExtensions, ", "))
}
