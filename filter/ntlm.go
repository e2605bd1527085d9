package filter

import "smtpscope/smtpparse"

// An NTLMLogin is one attempt by NTLM. Strings are as they came from the wire,
// empty where the token has not said it.
type NTLMLogin struct {
	User, Domain, Workstation string
	// Version is that of the response, such as "NTLMv2".
	Version string
	// Mechanism is as named: "NTLM", or "GSSAPI" where NTLM was inside it.
	Mechanism string
	// ClientVersion is the client's product version, TargetSPN the service that it
	// meant, ChannelBinding "present" or "absent".
	ClientVersion, TargetSPN, ChannelBinding string
	Accepted, MIC, TLS                       bool
}

// maxLogins is how many attempts of a session are looked at: as many as
// inventories count.
const maxLogins = 32

// loginsByNTLM are those of a session's attempts that were NTLM, in order; nil when
// none was.
func loginsByNTLM(attempts []*smtpparse.Auth) (list []NTLMLogin) {
	for _, a := range attempts[:min(len(attempts), maxLogins)] {
		if a == nil || a.Actual != "ntlm" {
			continue
		}
		l := NTLMLogin{Mechanism: a.Mechanism, Accepted: a.Outcome == smtpparse.Accepted, TLS: a.TLS}
		if n := a.NTLM; n != nil {
			l.User, l.Domain, l.Workstation, l.Version = n.User, n.Domain, n.Workstation, n.Version
			l.ClientVersion, l.TargetSPN, l.ChannelBinding, l.MIC = n.ClientVersion, n.TargetSPN, n.ChannelBinding, n.MIC
		}
		list = append(list, l)
	}
	return list
}

// Strings calls a function for each string, as [Facts.Strings] does.
func (l *NTLMLogin) Strings(each func(*string)) {
	for _, s := range [...]*string{&l.User, &l.Domain, &l.Workstation, &l.Version, &l.Mechanism, &l.ClientVersion, &l.TargetSPN, &l.ChannelBinding} {
		each(s)
	}
}
