package verdict

import (
	"strings"

	"smtpscope/smtpparse"
)

// relayFinding: nobody had logged in, and the server took mail that it has to send
// on. Whose domains a server hosts is in no capture, so that a stranger's mail for
// another domain proves nothing on port 25.
func (ct *Court) relayFinding(s *smtpparse.Session, r ruling) {
	if !unknownClient(s, r.state) {
		return
	}
	host := greetingDomain(s)
	if host == "" {
		return
	}
	for _, m := range s.Messages {
		to := takenForeign(m, host)
		if to == "" {
			continue
		}
		submission := s.Server.Port == 587 || s.Server.Port == 465
		if !submission && !ownDomain(host, domainOf(m.MailFrom)) {
			continue
		}
		sender := m.MailFrom
		if sender == "" {
			sender = "<>"
		}
		ct.report(Finding{
			ID: "anonymous-relay", Frame: m.FirstFrame,
			Text: ct.say("The server, ", ct.wire(host), ", took mail from ", ct.wire(sender), " for ", ct.wire(to), ", which is not its own domain by its name, and nobody had logged in"),
		})
		return
	}
}

// unknownClient tells that nothing in the session says who its client is: no login
// of its own or by way of a proxy, and no certificate, which servers relay for as well.
func unknownClient(s *smtpparse.Session, state State) bool {
	return (state == Anonymous || state == Failed) && s.Protocol != "LMTP" && !showedCertificate(s) && !loggedInAtProxy(s)
}

// loggedInAtProxy tells that a proxy named the user who had logged in there, by
// XCLIENT's LOGIN. The value may be masked.
func loggedInAtProxy(s *smtpparse.Session) bool {
	if s.ProxiedClient == "" {
		return false
	}
	for i := range s.Dialogue {
		if l := &s.Dialogue[i]; l.Verb == "XCLIENT" && strings.Contains(strings.ToUpper(l.Text), " LOGIN=") && !strings.Contains(strings.ToUpper(l.Text), " LOGIN=[") {
			return true
		}
	}
	return false
}

// showedCertificate tells that the client sent a certificate in the TLS handshake.
func showedCertificate(s *smtpparse.Session) bool {
	return s.TLS != nil && s.TLS.ClientCertificate == "sent"
}

// takenForeign is the first recipient that the server took though the domain is
// not its own by its name; empty if there is none, or if nothing was taken in the end.
func takenForeign(m *smtpparse.Message, host string) string {
	if m.Status != "sent" {
		return ""
	}
	for i := range m.RcptTo {
		to := &m.RcptTo[i]
		if domain := domainOf(to.Address); to.ReplyCode/100 == 2 && domain != "" && !ownDomain(host, domain) {
			return to.Address
		}
	}
	return ""
}

// greetingDomain is the name by which the server greets, if that has a domain.
func greetingDomain(s *smtpparse.Session) string {
	if s.Greeting == nil {
		return ""
	}
	name, _, _ := strings.Cut(s.Greeting.Text, " ")
	name = strings.TrimSuffix(name, ".")
	if !isDomain(name) {
		return ""
	}
	return name
}

// domainOf is the domain of an address, empty if it has none with a dot: what a
// server takes for its own then is not known.
func domainOf(address string) string {
	domain := address[strings.LastIndexByte(address, '@')+1:]
	if len(domain) == len(address) || !isDomain(domain) {
		return ""
	}
	return domain
}

// isDomain tells a name of at least two labels, and no address in brackets.
func isDomain(name string) bool {
	at := strings.IndexByte(name, '.')
	if at <= 0 || at == len(name)-1 || len(name) > 253 {
		return false
	}
	letters := false
	for i := range len(name) {
		switch c := name[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c >= 0x80:
			letters = true
		case '0' <= c && c <= '9', c == '-', c == '.', c == '_':
		default:
			return false
		}
	}
	return letters
}

// ownDomain tells that a domain is the server's by its name: its name itself, a
// domain above that, or one below the domain that its name is in.
func ownDomain(host, domain string) bool {
	if domain == "" {
		return false
	}
	parent := host
	if _, rest, _ := strings.Cut(host, "."); strings.Contains(rest, ".") {
		parent = rest
	}
	return under(host, domain) || under(domain, parent)
}

// under tells that a name is a domain or in it, whatever the case.
func under(name, domain string) bool {
	if len(name) < len(domain) || !strings.EqualFold(name[len(name)-len(domain):], domain) {
		return false
	}
	return len(name) == len(domain) || name[len(name)-len(domain)-1] == '.'
}
