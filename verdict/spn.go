package verdict

import (
	"net/netip"
	"strings"

	"smtpscope/smtpparse"
)

// spnHost returns the host of a service principal name such as
// "SMTPSVC/ex01.contoso.test:25/contoso.test@CONTOSO.TEST": without class, port,
// service name and realm; empty when the name has no host. IPv6 literals come
// with or without brackets.
func spnHost(spn string) string {
	_, host, found := strings.Cut(spn, "/")
	if !found {
		return ""
	}
	host, _, _ = strings.Cut(host, "/")
	host, _, _ = strings.Cut(host, "@")
	if inner, _, bracketed := strings.Cut(strings.TrimPrefix(host, "["), "]"); bracketed {
		return inner
	}
	if isIP(host) {
		return host
	}
	host, _, _ = strings.Cut(host, ":")
	return host
}

func isIP(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

// isShort tells that a host name has no domain.
func isShort(host string) bool {
	return host != "" && !isIP(host) && !strings.Contains(strings.TrimSuffix(host, "."), ".")
}

// serviceName is the SPN to ask for in commands: the ticket's if there was one,
// else the one that the NTLM client meant, else the Microsoft class with the
// server's own name, else with a placeholder.
func serviceName(s *smtpparse.Session, a *smtpparse.Auth) string {
	if a != nil && a.Kerberos != nil {
		if spn := typed(a.Kerberos.SPN, ""); spn != "" {
			return spn
		}
	}
	if a != nil && a.NTLM != nil {
		// What the client meant to reach is what it asked a ticket for.
		host := spnHost(a.NTLM.TargetSPN)
		if spn := typed(a.NTLM.TargetSPN, ""); spn != "" && strings.Contains(host, ".") && !isIP(host) {
			return spn
		}
	}
	return "SMTPSVC/" + serverName(s, a)
}

// serverName is the server's full name as it says itself: in the NTLM challenge,
// or as the first word of its greeting (RFC 5321, section 4.2).
func serverName(s *smtpparse.Session, a *smtpparse.Auth) string {
	if a != nil && a.NTLM != nil {
		if name := a.NTLM.ServerDNS; strings.Contains(name, ".") && typed(name, "") != "" {
			return name
		}
	}
	if s.Greeting != nil {
		name, _, _ := strings.Cut(s.Greeting.Text, " ")
		if strings.Contains(name, ".") && !strings.ContainsAny(name, "/:@") && typed(name, "") != "" {
			return name
		}
	}
	return "FULL.SERVER.NAME"
}

// A product is the mail server, as far as the advice depends on it.
type product uint8

const (
	otherProduct product = iota
	exchange
	postfix
)

// productOf recognises the server by its greeting or by extensions that only
// Exchange has.
func productOf(s *smtpparse.Session) product {
	if s.Greeting != nil {
		switch text := s.Greeting.Text; {
		case strings.Contains(text, "Microsoft ESMTP MAIL Service"):
			return exchange
		case strings.Contains(text, "Postfix"):
			return postfix
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
