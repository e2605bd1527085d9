package report

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"smtpscope/authtoken"
	"smtpscope/smtpparse"
)

// logins prints what each attempt to authenticate was, in facts.
func (p *page) logins(attempts []*smtpparse.Auth) {
	for i, a := range attempts {
		if a != nil {
			p.login(numbered("Login", i, len(attempts)), a)
		}
	}
}

// numbered is a label, with its number when there are several of the kind.
func numbered(label string, i, n int) string {
	if n > 1 {
		label += " " + strconv.Itoa(i+1)
	}
	return label
}

func (p *page) login(label string, a *smtpparse.Auth) {
	p.row(label)
	p.wrap(bodyColumn, cmp.Or(join(" ", a.Verb, a.Mechanism), "an AUTH that is not in the capture,")+
		say(carriedOther(a), " carrying "+a.Actual)+
		": "+string(a.Outcome)+" ("+frames(a.FirstFrame, a.LastFrame)+say(a.TLS, ", inside TLS")+")")
	p.quote("reply", replyText(a.ReplyCode, a.EnhancedCode, a.ReplyText))
	p.fact("gap", say(a.Gap, "octets of this attempt are missing in the capture"))
	p.tokenFacts(a)
}

// tokenFacts are the facts that the tokens of an attempt state.
func (p *page) tokenFacts(a *smtpparse.Auth) {
	if a.SPNEGO != nil {
		p.spnego(a.SPNEGO)
	}
	if a.Kerberos != nil {
		p.kerberos(a.Kerberos)
	}
	if a.NTLM != nil {
		p.ntlm(a.NTLM, a.TLS)
	}
	if a.SASL != nil {
		p.sasl(a.SASL, a.Actual)
	}
	if a.SASLLayer != nil {
		p.layer(a)
	}
}

// carriedOther tells that the tokens were not what the mechanism's name says.
func carriedOther(a *smtpparse.Auth) bool {
	return a.Actual != "" && a.Actual != "none" && a.Actual != "unknown" && !strings.EqualFold(a.Actual, a.Mechanism)
}

// replyText is a reply with its codes, each once.
func replyText(code int, enhanced, text string) string {
	if code == 0 {
		return ""
	}
	if strings.HasPrefix(text, enhanced) {
		enhanced = ""
	}
	return join(" ", strconv.Itoa(code), enhanced, text)
}

func (p *page) spnego(s *authtoken.SPNEGO) {
	p.fact("SPNEGO", join("; ",
		with("client offers ", strings.Join(s.MechTypes, ", ")),
		with("server hints ", strings.Join(s.ServerMechTypes, ", ")),
		with("server selects ", s.Selected),
		say(s.NegState != "reject", s.NegState), say(s.NegState == "reject", "server rejects"),
		say(s.MechListMIC, "mechListMIC")))
}

func (p *page) kerberos(k *authtoken.Kerberos) {
	if k.APReq {
		kvno := ""
		if k.KVNO != nil {
			kvno = "kvno " + strconv.Itoa(*k.KVNO)
		}
		p.fact("ticket", join(", ", k.SPN+with("@", k.Realm), k.TicketEtype, kvno))
		p.fact("authenticator", say(k.AuthenticatorEtype != k.TicketEtype, k.AuthenticatorEtype))
		p.fact("AP-REQ", join(", ",
			say(k.Mutual, "asks for mutual authentication"), say(!k.Mutual, "no mutual authentication asked for"),
			say(k.UseSessionKey, "made for a session key (user to user)"),
			say(k.APRep, "AP-REP seen"), say(k.Mutual && !k.APRep, "no AP-REP seen")))
	}
	if k.Opened != nil {
		p.opened(k.Opened)
	}
	if k.Error != nil {
		p.fact("KRB-ERROR", join(", ", *k.Error, k.ErrorText,
			with("for ", say(k.ErrorSPN != k.SPN, k.ErrorSPN)), with("server's clock ", stamp(k.ServerTime))))
	}
}

// opened prints what a key opened of an AP-REQ.
func (p *page) opened(o *authtoken.Opened) {
	p.fact("client", o.Client)
	p.fact("keytab", o.Problem)
	p.fact("session", join(", ", o.SessionEtype, with("subkey ", say(o.SubkeyEtype != o.SessionEtype, o.SubkeyEtype)), strings.Join(o.Flags, " ")))
	p.fact("valid", join(", ", with("from ", stamp(o.StartTime)), with("to ", stamp(o.EndTime)), with("first login ", stamp(o.AuthTime)), with("client's clock ", stamp(o.ClientTime))))
	p.fact("GSS", join(", ", with("channel binding ", o.ChannelBinding), strings.Join(o.GSSFlags, " "), say(o.Delegated, "the client's own ticket is handed on")))
	if pac := o.PAC; pac != nil {
		account := pac.User
		if pac.Domain != "" {
			account = pac.Domain + `\` + pac.User
		}
		p.fact("PAC", join(", ", account, pac.UPN, pac.UserSID, say(!pac.Verified, "its signature was not verified"), pac.Problem))
		if n := len(pac.Groups) + pac.GroupsOmitted; n > 0 {
			p.fact("groups", count(int64(n), "group")+": "+strings.Join(pac.Groups[:min(len(pac.Groups), shownGroups)], " ")+say(n > shownGroups, " …"))
		}
	}
}

// shownGroups is how many groups of an account a report names; the JSON record has more.
const shownGroups = 8

// ntlm prints what is known of NTLM. That a channel binding is absent says
// something only inside TLS, where there is a channel to bind to.
func (p *page) ntlm(n *authtoken.NTLM, tls bool) {
	account := n.User
	if n.Domain != "" {
		account = n.Domain + `\` + n.User
	}
	if n.Version == "" { // no AUTHENTICATE_MESSAGE: no user yet
		p.fact("client", join(", ", with("domain ", n.Domain), with("workstation ", n.Workstation), with("version ", n.ClientVersion)))
	} else {
		p.fact("NTLM", join(", ", n.Version, say(n.MIC, "MIC"), say(!n.MIC, "no MIC"), with("channel binding ", say(tls || n.ChannelBinding != "absent", n.ChannelBinding))))
		p.fact("account", join(", ", account, with("from ", n.Workstation), with("version ", n.ClientVersion)))
	}
	p.fact("target", join(", ", n.TargetSPN, say(n.UntrustedSPN, "from an untrusted source")))
	p.fact("server", join(", ", n.ServerName, n.ServerDNS, with("domain ", n.ServerDomain),
		with("version ", n.ServerVersion), with("clock ", stamp(n.ServerTime))))
}

func (p *page) sasl(s *authtoken.SASL, actual string) {
	p.quote("user", join(", ", s.User, with("acts as ", say(s.AuthzID != s.User, s.AuthzID)), with("realm ", s.Realm)))
	secret := "password"
	if actual == "xoauth2" || actual == "oauthbearer" {
		secret = "token"
	}
	p.quote(secret, s.Password)
	p.quote("trace", s.Trace)
	p.fact("iterations", say(s.Iterations != 0, grouped(int64(s.Iterations))))
	p.quote("binding", s.ChannelBinding)
	if j := s.JWT; j != nil {
		p.fact("JWT", join(", ", j.Algorithm, with("key ", j.KeyID), with("expires ", stamp(j.Expires))))
		for _, claim := range slices.Sorted(maps.Keys(j.Claims)) {
			p.quote("  "+p.cut(claim, factColumn-bodyColumn-3), j.Claims[claim])
		}
	}
	p.quote("error", s.Error)
}

// noLayer is the SASL layer that is none: offering and choosing it is common,
// and "none" alone would read as if nothing had been offered.
const noLayer = "none"

func (p *page) layer(a *smtpparse.Auth) {
	l := a.SASLLayer
	acting := l.AuthzID
	if a.SASL != nil && acting == a.SASL.User {
		acting = ""
	}
	p.fact("SASL layer", join(", ",
		layerChoice(l),
		say(l.MaxSize != 0 && l.Chosen != noLayer, "at most "+count(int64(l.MaxSize), "octet")),
		say(protects(a), "what follows "+frames(a.LastFrame, 0)+" is inside it"),
		with("acts as ", acting),
		say(l.Sealed, "negotiated under encryption")))
}

// layerChoice says which layers there were to choose from, and the choice.
func layerChoice(l *authtoken.SASLLayer) string {
	if len(l.Offered) == 1 && l.Offered[0] == noLayer {
		return "only 'no layer' offered" + with(", ", say(l.Chosen == noLayer, "none chosen")+
			with("chosen ", say(l.Chosen != noLayer, l.Chosen)))
	}
	offered := strings.Replace(strings.Join(l.Offered, ", "), noLayer, "'no layer'", 1)
	return join("; ", with("offered ", offered), with("chosen ", strings.Replace(l.Chosen, noLayer, "'no layer'", 1)))
}

// protects tells that a login put a SASL layer around what follows it.
func protects(a *smtpparse.Auth) bool {
	return a.Outcome == smtpparse.Accepted && a.SASLLayer != nil &&
		(a.SASLLayer.Chosen == "integrity" || a.SASLLayer.Chosen == "confidentiality")
}
