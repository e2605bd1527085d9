package verdict

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"smtpscope/authtoken"
	"smtpscope/nearby"
	"smtpscope/smtpparse"
)

// The codes of a KDC's KRB-ERROR that have a cause of their own (RFC 4120, section 7.5.9).
const (
	errClientUnknown  = 6  // KDC_ERR_C_PRINCIPAL_UNKNOWN
	errServiceUnknown = 7  // KDC_ERR_S_PRINCIPAL_UNKNOWN
	errNotUnique      = 8  // KDC_ERR_PRINCIPAL_NOT_UNIQUE
	errClientRevoked  = 18 // KDC_ERR_CLIENT_REVOKED
	errKeyExpired     = 23 // KDC_ERR_KEY_EXPIRED
	errPreauthFailed  = 24 // KDC_ERR_PREAUTH_FAILED
)

// surroundings are what the client said beside the session; nil when nothing is known.
func (ct *Court) surroundings() *nearby.Around {
	if ct.around == nil {
		return nil
	}
	return ct.around.Around()
}

// addresses is how many addresses the server's name leads to, 0 when unknown.
func (ct *Court) addresses() int {
	most := 0
	if near := ct.surroundings(); near != nil {
		for i := range near.Names {
			most = max(most, near.Names[i].Addresses)
		}
	}
	return most
}

// kdcErrors: the client asked a KDC for a ticket, was refused, and then logged in
// otherwise. What it asked for another server counts only if nothing else fits.
func (in *inquiry) kdcErrors() {
	near := in.surroundings()
	if near == nil || !in.kdcMatters() {
		return
	}
	until := in.last.LastFrame
	for i := len(near.Requests) - 1; i >= 0; i-- {
		r := &near.Requests[i]
		if r.Answer == nil || r.Answer.ErrorCode == 0 || r.Frame > until || in.made(near.Requests[i+1:], r, until) {
			continue
		}
		certainty := in.concerns(r)
		if certainty == "" {
			continue
		}
		c := in.kdcErrorCause(r)
		c.Certainty, c.Frame, c.Others = certainty, r.Answer.Frame, []int64{r.Frame}
		in.blame(c)
		return
	}
}

// kdcMatters tells that what a KDC said could decide: Kerberos was to be had, as
// far as is known, and the client did not bring a ticket all the same.
func (in *inquiry) kdcMatters() bool {
	if in.last == nil || slices.ContainsFunc(in.tries, triedKerberos) {
		return false
	}
	return in.firstGSSTry() != nil || carriesGSS(in.last.Mechanism) || in.mayHaveOffered()
}

func (in *inquiry) mayHaveOffered() bool {
	o := in.offerBefore(in.session, in.last)
	return o == nil || o.kerberos(in.last.Verb) != ""
}

// made tells that a later request mended what r failed in: the same ticket, or,
// for a client that got none at all, any.
func (in *inquiry) made(later []nearby.Request, r *nearby.Request, until int64) bool {
	return slices.ContainsFunc(later, func(l nearby.Request) bool {
		return l.Frame <= until && l.Answer != nil && l.Answer.ErrorCode == 0 &&
			(strings.EqualFold(l.Service, r.Service) || r.Kind == "AS")
	})
}

// justBefore is how long before a session a request for a mail service of another name
// is taken to be about it: clients ask when they need it.
const justBefore = 5 * time.Second

// isAbout says how surely a request is about the session's server: seen when it
// names it, inferred when it names a mail server just before, empty when it does not.
func (ct *Court) isAbout(s *smtpparse.Session, a *smtpparse.Auth, r *nearby.Request) Certainty {
	if r.Kind == "AS" && !nearby.IsMail(r.Service) {
		return Inferred
	}
	if !nearby.IsMail(r.Service) {
		return ""
	}
	host := strings.ToLower(spnHost(r.Service))
	for _, name := range ct.namesOf(s, a) {
		if name != "" && (strings.EqualFold(name, host) || isShort(host) && strings.EqualFold(firstLabel(name), host)) {
			return Seen
		}
	}
	if host == s.Server.IP.String() {
		return Seen
	}
	if before := s.Start.Sub(r.Time); before <= justBefore && r.Time.Before(s.End.Add(time.Second)) {
		return Inferred
	}
	return ""
}

func (in *inquiry) concerns(r *nearby.Request) Certainty { return in.isAbout(in.session, in.last, r) }

func firstLabel(name string) string {
	label, _, _ := strings.Cut(name, ".")
	return label
}

// namesOf are the names by which the server is known in the capture.
func (ct *Court) namesOf(s *smtpparse.Session, a *smtpparse.Auth) []string {
	var names []string
	if a != nil && a.NTLM != nil {
		names = append(names, spnHost(a.NTLM.TargetSPN), a.NTLM.ServerDNS)
	}
	if s.Greeting != nil {
		name, _, _ := strings.Cut(s.Greeting.Text, " ")
		names = append(names, name)
	}
	if near := ct.surroundings(); near != nil {
		for i := range near.Names {
			names = append(names, near.Names[i].Asked, near.Names[i].Canonical)
		}
	}
	return names
}

// kdcErrorCause puts a KDC's error into words.
func (in *inquiry) kdcErrorCause(r *nearby.Request) Cause {
	code := int(r.Answer.ErrorCode)
	asked := in.say("The client asked the KDC for ", in.wire(r.Service), " at ", in.clock(r.Time), " (frame ", in.number(r.Frame, 1), ") and was told ", authtoken.KerberosError(code), " (frame ", in.number(r.Answer.Frame, 1), ")")
	then := in.say("; then it used ", in.loginName(in.last))
	spn := typed(r.Service, "SPN")
	host := spnHost(r.Service)
	switch code {
	case errServiceUnknown, errNotUnique:
		return in.unknownService(r, asked, then, spn, host)
	case errEtypeNoSupp:
		return Cause{ID: Etype, Text: in.say(asked, in.etypesOffered(r), ": they have no encryption type in common, or the account has no key of it", then),
			Next: in.say("Give the account and the client a type that both take. ", in.keyTypesNext(in.session, spn))}
	case errSkew:
		return Cause{ID: ClockSkew, Text: in.say(asked, ": the clocks of client and KDC are too far apart", in.kdcClock(r), then),
			Next: "Set the client's clock right (five minutes are allowed): w32tm /query /status and w32tm /resync on Windows, chronyc tracking elsewhere."}
	case errTktExpired, errTktNYV:
		return Cause{ID: Expired, Text: in.say(asked, ": its ticket-granting ticket is past its end, or not valid yet", then),
			Next: "On the client: klist shows the tickets' times; klist purge (Windows: log off and on for the user's own), or kinit, gets new ones."}
	}
	return Cause{ID: KDCRefused, Text: in.say(asked, in.refusal(code), then), Next: in.refusalNext(code, r)}
}

func (in *inquiry) unknownService(r *nearby.Request, asked, then, spn, host string) Cause {
	switch {
	case isIP(host):
		return Cause{ID: TargetIsIP, Text: in.say(asked, ": the client addressed the server by its IP address, for which no SPN is registered", then),
			Next: in.say("Configure the client with a name that has an SPN, such as ", serverName(in.session, in.last), "; check with setspn -Q ", in.serviceClass(in.session), "/", serverName(in.session, in.last), ".")}
	case isShort(host):
		return Cause{ID: ShortName, Text: in.say(asked, ": the client addressed the server by a name without a domain, which has no SPN", then),
			Next: in.say("Configure the client with the full name, such as ", serverName(in.session, in.last), ", or register this one as well: setspn -S ", spn, " ACCOUNT.")}
	}
	text := in.say(asked, ": no account has this SPN, or two have it", in.alias(host), then)
	next := in.say("setspn -Q ", spn, " says whether it exists, setspn -X finds duplicates; register it on the account that the mail server runs as: setspn -S ", spn, " ACCOUNT. Then klist purge on the client, which remembers the refusal for some minutes.")
	if p := in.productOf(in.session); p == postfix || p == otherUnix {
		next = in.say("Make the principal and give the server its key: kadmin -q \"addprinc -randkey ", spn, "\" and kadmin -q \"ktadd -k KEYTAB ", spn, "\" (Active Directory: setspn -S ", spn, " ACCOUNT, then ktpass).")
	}
	return Cause{ID: SPNUnknown, Text: text, Next: next}
}

// alias says that the name asked for is not the machine's own.
func (in *inquiry) alias(host string) string {
	for i := range in.surroundings().Names {
		if n := &in.surroundings().Names[i]; n.Asked != n.Canonical && (strings.EqualFold(n.Asked, host) || strings.EqualFold(n.Canonical, host)) {
			return in.say(" (", in.wire(n.Asked), " is an alias of ", in.wire(n.Canonical), ", frame ", in.number(n.Frame, 1), ": the SPN is needed for the name that the client makes it of)")
		}
	}
	return ""
}

func (in *inquiry) etypesOffered(r *nearby.Request) string {
	if len(r.Etypes) == 0 {
		return ""
	}
	names := make([]string, 0, maxListed)
	for _, e := range r.Etypes[:min(len(r.Etypes), maxListed)] {
		names = append(names, authtoken.KerberosEtype(int(e)))
	}
	return in.say(", offering ", strings.Join(names, ", "))
}

// kdcClock compares the KDC's time in its error with the time of its packet.
func (in *inquiry) kdcClock(r *nearby.Request) string {
	if r.Answer.ServerTime.IsZero() {
		return ""
	}
	offset := r.Answer.ServerTime.Sub(r.Answer.Time).Round(time.Second)
	switch {
	case offset.Abs() <= time.Minute:
		return " (the KDC's clock agrees with the capture's, so the client's is wrong unless the capture was made on the KDC)"
	case offset > 0:
		return in.say(" (the KDC's clock is ", offset.String(), " ahead of the capture's)")
	}
	return in.say(" (the KDC's clock is ", offset.Abs().String(), " behind the capture's)")
}

func (in *inquiry) refusal(code int) string {
	switch code {
	case errClientUnknown:
		return ": the KDC does not know the client's account"
	case errClientRevoked:
		return ": the client's account is disabled, locked or expired"
	case errKeyExpired:
		return ": the password of the client's account has expired"
	case errPreauthFailed:
		return ": the client's password is wrong"
	}
	return ""
}

func (in *inquiry) refusalNext(code int, r *nearby.Request) string {
	switch code {
	case errClientUnknown, errClientRevoked, errKeyExpired, errPreauthFailed:
		return in.say("Look at the account ", typed(r.Client, "USER@REALM"), ": Get-ADUser NAME -Properties LockedOut,Enabled,PasswordExpired (Active Directory), kadmin -q \"getprinc NAME\" (MIT); a service has its password in its own configuration.")
	}
	return in.say("Ask for the ticket by hand on the client: ", in.askForTicket(typed(r.Service, in.spn())), "; the KDC's log says why it refuses (Windows: event 4769 with its failure code; MIT: krb5kdc.log).")
}

// kdcUnreachable: KDCs were asked and did not answer, and none has answered since.
func (in *inquiry) kdcUnreachable() {
	near := in.surroundings()
	if near == nil || !in.kdcMatters() {
		return
	}
	for i := range near.Unreachable {
		u := &near.Unreachable[i]
		if u.Frame > in.last.LastFrame || slices.ContainsFunc(near.Requests, func(r nearby.Request) bool { return r.Answer != nil && r.Answer.Frame > u.Frame }) {
			continue
		}
		how := in.say("did not answer ", in.count(int64(u.Tries), "try", "tries"))
		if u.Refused {
			how = "refused the connection: nothing listens there"
		}
		in.blame(Cause{
			ID: KDCUnreachable, Certainty: Seen, Frame: u.Frame,
			Text: in.say("The client tried to reach the KDC ", u.KDC.Addr().String(), " by ", u.Transport, " (frame ", in.number(u.Frame, 1), "), which ", how, "; then it used ", in.loginName(in.last)),
			Next: in.say("On the client: nltest /dsgetdc:DOMAIN (Windows) or kinit (MIT) says which KDC is asked; Test-NetConnection ", u.KDC.Addr().String(), " -Port 88, or nc -vz ", u.KDC.Addr().String(), " 88, whether a firewall is between."),
		})
		return
	}
}

// kdcToBlame tells that what a KDC said, or did not say, explains the login, or
// that no KDC has anything to do with the account.
func (in *inquiry) kdcToBlame() bool {
	for i := range in.causes {
		switch in.causes[i].ID {
		case SPNUnknown, KDCUnreachable, KDCRefused:
			return true
		case LocalAccount:
			if in.causes[i].Certainty == Seen {
				return true
			}
		}
		if len(in.causes[i].Others) > 0 {
			return true
		}
	}
	return false
}

// gotTicket returns the request with which the client got a ticket for the
// server before a frame, the latest; nil if none was seen.
func (ct *Court) gotTicket(s *smtpparse.Session, a *smtpparse.Auth, until int64) *nearby.Request {
	near := ct.surroundings()
	if near == nil {
		return nil
	}
	for i := len(near.Requests) - 1; i >= 0; i-- {
		r := &near.Requests[i]
		if r.Answer != nil && r.Answer.ErrorCode == 0 && nearby.IsMail(r.Answer.Ticket) && r.Frame <= until && ct.isAbout(s, a, r) == Seen {
			return r
		}
	}
	return nil
}

// hint says what the client asked a KDC for just before, or in, a session that TLS
// hides.
func (ct *Court) hint(s *smtpparse.Session) *Hint {
	near := ct.surroundings()
	if near == nil {
		return nil
	}
	for i := len(near.Requests) - 1; i >= 0; i-- {
		r := &near.Requests[i]
		if r.Answer == nil || !nearby.IsMail(r.Service) || ct.isAbout(s, nil, r) == "" || s.Start.Sub(r.Time) > time.Minute {
			continue
		}
		h := &Hint{Frames: []int64{r.Frame, r.Answer.Frame}}
		when := ct.say(" at ", ct.clock(r.Time), " (frame ", ct.number(r.Frame, 1), ")")
		if r.Answer.ErrorCode == 0 {
			h.Suggests = "kerberos"
			h.Text = ct.say("The client got a ticket for ", ct.wire(cmp.Or(r.Answer.Ticket, r.Service)), " (", authtoken.KerberosEtype(int(r.Answer.TicketEtype)), ")", when, ": this suggests Kerberos inside TLS, and does not prove it")
		} else {
			h.Suggests = "not-kerberos"
			h.Text = ct.say("The client asked the KDC for ", ct.wire(r.Service), when, " and was told ", authtoken.KerberosError(int(r.Answer.ErrorCode)), ": this suggests that it did not use Kerberos inside TLS, and does not prove it")
		}
		return h
	}
	return nil
}

// clock writes a time of day.
func (ct *Court) clock(t time.Time) string { return t.UTC().Format("15:04:05.000") }

// decide says what would decide between causes.
func (ct *Court) decide(causes []Cause) string {
	if len(causes) == 0 || causes[0].Certainty == Seen && causes[0].ID != ClientChose {
		return ""
	}
	near := ct.surroundings()
	switch causes[0].ID {
	case WrongAccount:
		return "The server's keytab would decide: smtpscope -r FILE --keytab KEYTAB says whether its key opens the ticket; so does the server's log."
	case EPA:
		return "The server's log would decide: it tells a wrong password from a missing channel binding (Windows: event 4625, status 0xC000035B)."
	}
	switch {
	case near == nil || !near.SawKerberos:
		return "The client's Kerberos would decide, which is not in this capture: capture on the client, tcpdump -i any -w trace.pcap port 25 or port 587 or port 88 or port 53, after klist purge there."
	case causes[0].ID == ClientChose || causes[0].ID == ClientChoseOther:
		return "The client's ticket cache would decide: klist there shows whether it has a ticket for this server already, since it asked for none in this capture."
	}
	return ""
}
