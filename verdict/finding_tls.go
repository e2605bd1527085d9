package verdict

import (
	"strconv"
	"strings"

	"smtpscope/smtpparse"
	"smtpscope/tlsparse"
)

// tlsFindings looks at the handshake: what it agreed on, the server's certificate,
// and why it failed.
func (ct *Court) tlsFindings(s *smtpparse.Session) {
	if s.TLS == nil {
		return
	}
	t, frame := &s.TLS.Facts, handshakeFrame(s.TLS)
	if t.Outcome == tlsparse.Failed {
		ct.failedHandshake(t, frame) // what it had agreed on was never used
	} else {
		ct.oldVersion(t, frame)
		if t.Weakness != "" {
			ct.report(Finding{ID: "tls-weak-suite", Frame: frame, Text: ct.say("TLS uses ", ct.wire(t.CipherSuite), ": ", t.Weakness)})
		}
	}
	if len(t.ServerCertificates) > 0 {
		ct.certificateFindings(s, t.ServerCertificates[0], frame)
	}
}

// handshakeFrame is that of the server's first records, else where TLS began.
func handshakeFrame(t *smtpparse.TLS) int64 {
	for i := range t.Flights {
		if t.Flights[i].From == "server" {
			return t.Flights[i].Frame
		}
	}
	return t.Frame
}

// authOverOldTLS: a login inside a version of TLS that does not protect it well.
func (ct *Court) authOverOldTLS(s *smtpparse.Session) {
	if s.TLS == nil || !oldTLS(s.TLS.Version) {
		return
	}
	for _, a := range s.Auth {
		if a.TLS && clientSentToken(a) {
			ct.report(Finding{
				ID: "auth-over-old-tls", Frame: lastTokenFrame(a),
				Text: ct.say(ct.command(a), ct.as(a), " is protected by ", s.TLS.Version, " only, which is withdrawn"),
			})
			return
		}
	}
}

func oldTLS(version string) bool {
	switch version {
	case "SSL 2.0", "SSL 3.0", "TLS 1.0", "TLS 1.1":
		return true
	}
	return false
}

func (ct *Court) oldVersion(t *tlsparse.Facts, frame int64) {
	if !oldTLS(t.Version) {
		return
	}
	f := Finding{ID: "tls-old-version", Frame: frame, Text: ct.say("The connection uses ", t.Version, ", which is withdrawn (RFC 7568, RFC 8996)")}
	if strings.HasPrefix(t.Version, "SSL") {
		f.Severity = kinds[f.ID].Worse
	}
	ct.report(f)
}

// Sizes in bits below which keys are weak (NIST SP 800-131A).
const (
	weakRSABits   = 2048
	weakCurveBits = 224
)

func (ct *Court) certificateFindings(s *smtpparse.Session, c *tlsparse.Certificate, frame int64) {
	if c.Damage != "" || c.RawPublicKey {
		return
	}
	name := ct.wire(certificateName(c))
	switch {
	case s.Start.After(c.NotAfter):
		ct.report(Finding{
			ID: "tls-cert-expired", Frame: frame,
			Text: ct.say("The server's certificate (", name, ") had expired on ", c.NotAfter.Format("2006-01-02")),
		})
	case s.Start.Before(c.NotBefore):
		ct.report(Finding{
			ID: "tls-cert-not-yet-valid", Frame: frame,
			Text: ct.say("The server's certificate (", name, ") is not valid before ", c.NotBefore.Format("2006-01-02")),
		})
	}
	ct.weakCertificate(c, name, frame)
	if s.TLS.Via == "x-anonymoustls" { // between Exchange servers, which verify nothing there
		return
	}
	if t := &s.TLS.Facts; t.NameMatch == "mismatch" {
		f := Finding{ID: "tls-cert-mismatch", Frame: frame}
		asked := "the server calls itself "
		if t.CheckedName == t.SNI {
			f.Severity, asked = kinds[f.ID].Worse, "the client asked for "
		}
		f.Text = ct.say("The server's certificate is made out to ", name, "; ", asked, ct.wire(t.CheckedName))
		ct.report(f)
	}
	if c.SelfSigned && len(s.TLS.ServerCertificates) == 1 {
		ct.report(Finding{
			ID: "tls-cert-self-signed", Frame: frame,
			Text: ct.say("The server's certificate (", name, ") is signed by itself: clients that verify refuse it, others cannot tell it from an impostor's"),
		})
	}
}

func (ct *Court) weakCertificate(c *tlsparse.Certificate, name string, frame int64) {
	if c.KeyType == "RSA" && c.KeyBits < weakRSABits || c.KeyType == "ECDSA" && c.KeyBits < weakCurveBits || c.KeyType == "DSA" {
		ct.report(Finding{
			ID: "tls-cert-weak-key", Frame: frame,
			Text: ct.say("The server's certificate (", name, ") has a weak key: ", c.KeyType, " of ", strconv.Itoa(c.KeyBits), " bits"),
		})
	}
	if strings.HasPrefix(c.Signature, "SHA1") || strings.HasPrefix(c.Signature, "MD") || strings.HasSuffix(c.Signature, "-SHA1") {
		if c.SelfSigned { // nobody relies on that signature
			return
		}
		ct.report(Finding{
			ID: "tls-cert-weak-signature", Frame: frame,
			Text: ct.say("The server's certificate (", name, ") is signed with ", c.Signature, ", which can be forged; clients of today refuse it"),
		})
	}
}

// certificateName is what a certificate is made out to, in a word.
func certificateName(c *tlsparse.Certificate) string {
	switch {
	case len(c.Names) > 0:
		return c.Names[0]
	case c.CommonName != "":
		return c.CommonName
	}
	return c.Subject
}

// alertAdvice says what to do about alerts that often end handshakes of mail.
var alertAdvice = map[string]string{
	"unknown_ca":            "The receiver of the certificate does not trust who issued it: give it the issuing authority's certificate, or send the whole chain.",
	"bad_certificate":       "Look at the certificate that the other side sent: chain, name, dates.",
	"certificate_unknown":   "Look at the certificate that the other side sent: chain, name, dates.",
	"certificate_expired":   "Renew the certificate that the other side sent, and compare the clocks.",
	"certificate_required":  "Give the client a certificate, or let the server not require one.",
	"unrecognized_name":     "The server has no certificate for the name that the client asked for: compare SNI with the server's names.",
	"handshake_failure":     "The sides have no cipher suite, group or signature algorithm in common: compare what is offered with the server's settings.",
	"protocol_version":      "The sides have no version in common: update the older side.",
	"insufficient_security": "The server wants better cipher suites than the client offers.",
}

// failedHandshake tells how a handshake ended.
func (ct *Court) failedHandshake(t *tlsparse.Facts, frame int64) {
	f := Finding{ID: "tls-handshake-failed", Frame: frame, Text: "The TLS handshake failed: the connection ended in it without an alert"}
	for _, a := range t.Alerts {
		if a.Name == "close_notify" || a.Level == "warning" {
			continue
		}
		f.Frame = a.Frame
		if a.Name == "encrypted" {
			f.Text = ct.say("The TLS handshake failed: the ", a.From, " sent an alert that is encrypted")
		} else {
			f.Text = ct.say("The TLS handshake failed: the ", a.From, " sent ", a.Name)
			f.Next = alertAdvice[a.Name]
		}
		break
	}
	ct.report(f)
}
