package report

import (
	"strings"

	"smtpscope/smtpparse"
	"smtpscope/tlsparse"
	"smtpscope/words"
)

func (p *page) tls(t *smtpparse.TLS) {
	if t == nil {
		return
	}
	p.para("TLS", words.Via(t)+" ("+frames(t.Frame, 0)+"), "+
		join(", ", t.Version, t.CipherSuite, t.Group)+say(t.Version != "", "; ")+words.InsideTLS(t)+"; "+
		count(t.OctetsClient, "octet")+" from the client, "+grouped(t.OctetsServer)+" from the server")
	f := &t.Facts
	p.quote("asked for", join(", ", with("name ", f.SNI), with("ALPN ", strings.Join(f.OfferedALPN, " ")), strings.Join(f.OfferedVersions, ", ")))
	p.quote("agreed", join(", ", with("ALPN ", f.ALPN), with("resumed by ", f.Resumption), with("early data ", f.EarlyData),
		say(f.HelloRetryRequest, "after a HelloRetryRequest"), times(f.Renegotiations, "renegotiation"), times(f.KeyUpdates, "key update"),
		with("client certificate ", f.ClientCertificate)))
	for i, c := range f.ServerCertificates {
		match := ""
		if i == 0 {
			match = words.Fits(f)
		}
		p.quote(first(i, "certificate"), certificate(c, match))
	}
	for i, c := range f.ClientCertificates {
		p.quote(first(i, "client's"), certificate(c, ""))
	}
	p.fact("handshake", handshake(f))
	p.fact("JA4", f.JA4)
}

// handshake tells of one that did not end well; of others nothing needs saying.
func handshake(f *tlsparse.Facts) string {
	var alerts []string
	for _, a := range f.Alerts {
		if a.Name != "close_notify" {
			alerts = append(alerts, a.From+" sent "+a.Name+" ("+frames(a.Frame, 0)+")")
		}
	}
	outcome := ""
	if f.Outcome != tlsparse.Done {
		outcome = string(f.Outcome)
	}
	return join(", ", outcome, strings.Join(alerts, ", "), with("malformed ", f.Malformed))
}

func certificate(c *tlsparse.Certificate, match string) string {
	if c.Damage != "" {
		return "cannot be read: " + c.Damage
	}
	if c.RawPublicKey {
		return join(", ", "none, a raw public key", words.PublicKey(c))
	}
	issuer := with("by ", c.Issuer)
	if c.SelfSigned {
		issuer = "self-signed"
	}
	return join(", ", c.Subject, issuer,
		c.NotBefore.Format("2006-01-02")+" to "+c.NotAfter.Format("2006-01-02"),
		words.PublicKey(c), c.Signature, match)
}

// times is a number of things, if there are any.
func times(n int, noun string) string {
	if n == 0 {
		return ""
	}
	return count(int64(n), noun)
}
