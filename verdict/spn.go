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
	// Most hosts are names, and what ParseAddr says of them costs memory.
	if host == "" || (host[0] < '0' || host[0] > '9') && !strings.Contains(host, ":") {
		return false
	}
	_, err := netip.ParseAddr(host)
	return err == nil
}

// isShort tells that a host name has no domain.
func isShort(host string) bool {
	return host != "" && !isIP(host) && !strings.Contains(strings.TrimSuffix(host, "."), ".")
}

// serviceName is the SPN to ask for in commands: the ticket's if there was one,
// else the one that the NTLM client meant, else the class of the product with the
// server's own name, or with a placeholder.
func (ct *Court) serviceName(s *smtpparse.Session, a *smtpparse.Auth) string {
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
	return ct.say(ct.serviceClass(s), "/", serverName(s, a))
}

// serviceClass is the first part of the SPN under which the server is registered:
// "SMTPSVC" in Microsoft's world, "smtp" elsewhere (RFC 4752, section 3).
func (ct *Court) serviceClass(s *smtpparse.Session) string {
	switch ct.productOf(s) {
	case postfix, otherUnix:
		return "smtp"
	}
	return "SMTPSVC"
}

// askForTicket says how to see whether a client gets a ticket. MIT's tools and the
// servers beside Exchange say smtp where Windows says SMTPSVC.
func (ct *Court) askForTicket(spn string) string {
	mit := spn
	if class, rest, _ := strings.Cut(spn, "/"); strings.EqualFold(class, "SMTPSVC") {
		mit = ct.say("smtp/", rest)
	}
	return ct.say("klist get ", spn, " (Windows; a service's tickets are those of its account: klist -li 0x3e7 get ", spn,
		" for LocalSystem, else run it as the service account) or kvno ", mit, " (MIT Kerberos)")
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
