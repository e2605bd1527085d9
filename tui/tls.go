package tui

import (
	"cmp"
	"slices"
	"strings"

	"smtpscope/smtpparse"
	"smtpscope/tlsparse"
	"smtpscope/words"
)

// tls are the rows of what is known of TLS.
func (l *factList) tls(t *smtpparse.TLS) {
	l.row("begins", t.Frame, plain, words.Via(t)+", "+frames(t.Frame, 0))
	if t.ReplyFrame > 0 {
		l.row("go-ahead", t.ReplyFrame, plain, frames(t.ReplyFrame, 0))
	}
	p := note
	if t.Decrypted {
		p = good
	}
	l.row("inside", 0, p, join(", ", words.InsideTLS(t), say(t.Hidden == tlsparse.HiddenNoKeys, "see --keylog and --tls-key"),
		say(t.HiddenRecords > 0, count(t.HiddenRecords, "record")+" not read")))
	l.agreed(&t.Facts)
	l.row("from the client", 0, plain, count(t.OctetsClient, "octet"))
	l.row("from the server", 0, plain, count(t.OctetsServer, "octet"))
	l.handshake(&t.Facts)
	l.chain("Server's certificates", t.ServerCertificates)
	l.chain("Client's certificates", t.ClientCertificates)
	l.offered(&t.Facts)
}

func (l *factList) agreed(f *tlsparse.Facts) {
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
	fits := good
	if f.NameMatch != "match" {
		fits = warn
	}
	l.row("certificate", 0, fits, words.Fits(f))
	l.row("also", 0, plain, join(", ", say(f.HelloRetryRequest, "HelloRetryRequest"),
		say(f.Renegotiations > 0, count(int64(f.Renegotiations), "renegotiation")),
		say(f.KeyUpdates > 0, count(int64(f.KeyUpdates), "key update"))))
}

func (l *factList) handshake(f *tlsparse.Facts) {
	p := plain
	if f.Outcome == tlsparse.Failed {
		p = warn
	}
	l.row("handshake", 0, p, join(", ", string(f.Outcome), say(f.Malformed != "", "malformed "+f.Malformed)))
	for _, a := range f.Alerts {
		l.row("alert", a.Frame, plain, join(", ", join(" ", a.From, a.Level, a.Name), frames(a.Frame, 0), l.screen.since(a.Time)))
	}
	for i := range f.Flights {
		flight := &f.Flights[i]
		name := ""
		if i == 0 {
			name = "flights"
		}
		took := flight.LastTime.Sub(flight.Time)
		l.row(cmp.Or(name, " "), flight.Frame, plain, join(", ", flight.From, count(flight.Octets, "octet"), count(flight.Records, "record"),
			frames(flight.Frame, flight.LastFrame), l.screen.since(flight.Time), say(took > 0, "in "+took.String())))
	}
}

func (l *factList) chain(title string, list []*tlsparse.Certificate) {
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
		l.row("for", 0, plain, say(c.RawPublicKey, "no certificate: a raw public key"))
		l.row("subject", 0, plain, c.Subject)
		l.row("names", 0, plain, strings.Join(c.Names, ", "))
		l.row("common name", 0, plain, say(!slices.Contains(c.Names, c.CommonName), c.CommonName))
		l.row("for", 0, plain, say(c.CA, "signing other certificates (CA)"))
		if c.SelfSigned {
			l.row("issuer", 0, plain, "itself")
		} else {
			l.row("issuer", 0, plain, c.Issuer)
		}
		if !c.NotAfter.IsZero() {
			l.row("valid", 0, plain, words.Second(c.NotBefore)+" to "+words.Second(c.NotAfter))
		}
		l.row("key", 0, plain, words.PublicKey(c))
		l.row("signature", 0, plain, c.Signature)
		l.row("serial number", 0, plain, c.Serial)
		l.row("SHA-256", 0, plain, c.SHA256)
	}
}

func (l *factList) offered(f *tlsparse.Facts) {
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
