package words

import (
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"smtpscope/authtoken"
	"smtpscope/smtpparse"
)

// A Fact is one named value, never empty.
type Fact struct {
	// Name is at most thirteen letters, but for one from the wire, which follows two
	// blanks.
	Name, Value string
	// Wire tells that the value is in the words of the wire.
	Wire bool
}

// facts are where facts go to.
type facts func(Fact)

func (f facts) fact(name, value string) {
	if value != "" {
		f(Fact{Name: name, Value: value})
	}
}

// quote is a fact in the words of the wire.
func (f facts) quote(name, value string) {
	if value != "" {
		f(Fact{Name: name, Value: value, Wire: true})
	}
}

// Login goes through what the tokens of an attempt state, as far as it tells how the
// attempt went.
func Login(a *smtpparse.Auth) iter.Seq[Fact] {
	return func(yield func(Fact) bool) { untilDone(yield).login(a) }
}

// LoginDetails goes through the rest of what is recorded of an attempt.
func LoginDetails(a *smtpparse.Auth) iter.Seq[Fact] {
	return func(yield func(Fact) bool) { untilDone(yield).details(a) }
}

// untilDone hands facts on until nobody wants more.
func untilDone(yield func(Fact) bool) facts {
	going := true
	return func(f Fact) { going = going && yield(f) }
}

func (f facts) login(a *smtpparse.Auth) {
	f.fact("gap", If(a.Gap, "octets of this attempt are missing in the capture"))
	f.fact("doubtful", If(a.Doubtful, "the final reply may belong to another attempt"))
	f.fact("mixed", If(a.Mixed, "the client sent decisive tokens of more than one mechanism"))
	if a.SPNEGO != nil {
		f.spnego(a.SPNEGO)
	}
	if a.Kerberos != nil {
		f.kerberos(a.Kerberos)
	}
	if a.NTLM != nil {
		f.ntlm(a.NTLM, a.TLS)
	}
	if a.SASL != nil {
		f.sasl(a.SASL, a.Actual)
	}
	if a.SASLLayer != nil {
		f.layer(a)
	}
}

// CarriedOther tells that the tokens were not what the mechanism's name says.
func CarriedOther(a *smtpparse.Auth) bool {
	return a.Actual != "" && a.Actual != "none" && a.Actual != "unknown" && !strings.EqualFold(a.Actual, a.Mechanism)
}

// Reply is a reply with its codes, each once.
func Reply(code int, enhanced, text string) string {
	if code == 0 {
		return ""
	}
	if strings.HasPrefix(text, enhanced) {
		enhanced = ""
	}
	return Join(" ", strconv.Itoa(code), enhanced, text)
}

func (f facts) spnego(s *authtoken.SPNEGO) {
	f.fact("SPNEGO", Join("; ",
		With("client offers ", strings.Join(s.MechTypes, ", ")),
		With("server hints ", strings.Join(s.ServerMechTypes, ", ")),
		With("server selects ", s.Selected),
		If(s.NegState != "reject", s.NegState), If(s.NegState == "reject", "server rejects"),
		If(s.MechListMIC, "mechListMIC")))
}

func (f facts) kerberos(k *authtoken.Kerberos) {
	if k.APReq {
		kvno := ""
		if k.KVNO != nil {
			kvno = "kvno " + strconv.Itoa(*k.KVNO)
		}
		f.fact("ticket", Join(", ", k.SPN+With("@", k.Realm), k.TicketEtype, kvno))
		f.fact("authenticator", If(k.AuthenticatorEtype != k.TicketEtype, k.AuthenticatorEtype))
		f.fact("AP-REQ", Join(", ",
			If(k.Mutual, "asks for mutual authentication"), If(!k.Mutual, "no mutual authentication asked for"),
			If(k.UseSessionKey, "made for a session key (user to user)"),
			If(k.APRep, "AP-REP seen"), If(k.Mutual && !k.APRep, "no AP-REP seen")))
	}
	if k.Opened != nil {
		f.opened(k.Opened)
	}
	if k.Error != nil {
		f.fact("KRB-ERROR", Join(", ", *k.Error, k.ErrorText,
			With("for ", If(k.ErrorSPN != k.SPN, k.ErrorSPN)), With("server's clock ", Stamp(k.ServerTime))))
	}
}

// opened is what a key opened of an AP-REQ.
func (f facts) opened(o *authtoken.Opened) {
	f.fact("client", o.Client)
	f.fact("keytab", o.Problem)
	f.fact("session", Join(", ", o.SessionEtype, With("subkey ", If(o.SubkeyEtype != o.SessionEtype, o.SubkeyEtype)), strings.Join(o.Flags, " ")))
	f.fact("valid", Join(", ", With("from ", Stamp(o.StartTime)), With("to ", Stamp(o.EndTime)), With("first login ", Stamp(o.AuthTime)), With("client's clock ", Stamp(o.ClientTime))))
	f.fact("GSS", Join(", ", With("channel binding ", o.ChannelBinding), strings.Join(o.GSSFlags, " "), If(o.Delegated, "the client's own ticket is handed on")))
	if pac := o.PAC; pac != nil {
		account := pac.User
		if pac.Domain != "" {
			account = pac.Domain + `\` + pac.User
		}
		f.fact("PAC", Join(", ", account, pac.UPN, pac.UserSID, If(!pac.Verified, "its signature was not verified"), pac.Problem))
		if n := len(pac.Groups) + pac.GroupsOmitted; n > 0 {
			f.fact("groups", Count(int64(n), "group")+": "+strings.Join(pac.Groups[:min(len(pac.Groups), shownGroups)], " ")+If(n > shownGroups, " …"))
		}
	}
}

// shownGroups is how many groups of an account are named; the details have all.
const shownGroups = 8

// ntlm is what is known of NTLM. That a channel binding is absent says
// something only inside TLS, where there is a channel to bind to.
func (f facts) ntlm(n *authtoken.NTLM, tls bool) {
	account := n.User
	if n.Domain != "" {
		account = n.Domain + `\` + n.User
	}
	if n.Version == "" { // no AUTHENTICATE_MESSAGE: no user yet
		f.fact("client", Join(", ", With("domain ", n.Domain), With("workstation ", n.Workstation), With("version ", n.ClientVersion)))
	} else {
		f.fact("NTLM", Join(", ", n.Version, If(n.MIC, "MIC"), If(!n.MIC, "no MIC"), With("channel binding ", If(tls || n.ChannelBinding != "absent", n.ChannelBinding))))
		f.fact("account", Join(", ", account, With("from ", n.Workstation), With("version ", n.ClientVersion)))
	}
	f.fact("target", Join(", ", n.TargetSPN, If(n.UntrustedSPN, "from an untrusted source")))
	f.fact("server", Join(", ", n.ServerName, n.ServerDNS, With("domain ", n.ServerDomain),
		With("version ", n.ServerVersion), With("clock ", Stamp(n.ServerTime))))
}

func (f facts) sasl(s *authtoken.SASL, actual string) {
	f.quote("user", Join(", ", s.User, With("acts as ", If(s.AuthzID != s.User, s.AuthzID)), With("realm ", s.Realm)))
	secret := "password"
	if actual == "xoauth2" || actual == "oauthbearer" {
		secret = "token"
	}
	f.quote(secret, s.Password)
	f.quote("trace", s.Trace)
	f.fact("iterations", If(s.Iterations != 0, Grouped(int64(s.Iterations))))
	f.quote("binding", s.ChannelBinding)
	if j := s.JWT; j != nil {
		f.fact("JWT", Join(", ", j.Algorithm, With("key ", j.KeyID), With("expires ", Stamp(j.Expires))))
		for _, claim := range slices.Sorted(maps.Keys(j.Claims)) {
			f.quote("  "+claim, j.Claims[claim])
		}
	}
	f.quote("error", s.Error)
}

// noLayer is the SASL layer that is none: offering and choosing it is common,
// and "none" alone would read as if nothing had been offered.
const noLayer = "none"

func (f facts) layer(a *smtpparse.Auth) {
	l := a.SASLLayer
	acting := l.AuthzID
	if a.SASL != nil && acting == a.SASL.User {
		acting = ""
	}
	f.fact("SASL layer", Join(", ",
		layerChoice(l),
		If(l.MaxSize != 0 && l.Chosen != noLayer, "at most "+Count(int64(l.MaxSize), "octet")),
		If(Protects(a), "what follows "+Frames(a.LastFrame, 0)+" is inside it"),
		With("acts as ", acting),
		If(l.Sealed, "negotiated under encryption")))
}

// layerChoice says which layers there were to choose from, and the choice.
func layerChoice(l *authtoken.SASLLayer) string {
	if len(l.Offered) == 1 && l.Offered[0] == noLayer {
		return "only 'no layer' offered" + With(", ", If(l.Chosen == noLayer, "none chosen")+
			With("chosen ", If(l.Chosen != noLayer, l.Chosen)))
	}
	offered := strings.Replace(strings.Join(l.Offered, ", "), noLayer, "'no layer'", 1)
	return Join("; ", With("offered ", offered), With("chosen ", strings.Replace(l.Chosen, noLayer, "'no layer'", 1)))
}

// Protects tells that a login put a SASL layer around what follows it.
func Protects(a *smtpparse.Auth) bool {
	return a.Outcome == smtpparse.Accepted && a.SASLLayer != nil &&
		(a.SASLLayer.Chosen == "integrity" || a.SASLLayer.Chosen == "confidentiality")
}

func (f facts) details(a *smtpparse.Auth) {
	f.fact("sent", If(a.InitialResponse, "the first token with the command"))
	if n := a.NTLM; n != nil {
		f.fact("server names", Join(", ", With("DNS domain ", n.ServerDNSDomain), With("forest ", n.ServerForest), With("target name ", n.TargetName)))
		f.fact("flags", strings.Join(n.Flags, " "))
	}
	if a.Kerberos == nil || a.Kerberos.Opened == nil {
		return
	}
	o := a.Kerberos.Opened
	f.fact("opened by", Join(", ", With("the key of ", o.Key), With("fault ", string(o.Fault))))
	f.fact("renewable", With("until ", Stamp(o.RenewTill)))
	if pac := o.PAC; pac != nil {
		f.fact("PAC names", Join(", ", With("DNS domain ", pac.DNSDomain), With("primary group ", pac.PrimaryGroup)))
		if n := len(pac.Groups); n > shownGroups {
			f.fact("all groups", strings.Join(pac.Groups, " ")+With(" and ", If(pac.GroupsOmitted > 0, Grouped(int64(pac.GroupsOmitted))+" more")))
		}
	}
}
