package verdict

import (
	"slices"
	"strings"
	"time"

	"smtpscope/authtoken"
	"smtpscope/nearby"
)

// kdcErrorCause puts a KDC's error into words.
func (in *inquiry) kdcErrorCause(r *nearby.Request) Cause {
	code := int(r.Answer.ErrorCode)
	asked := in.askedAndTold(r)
	then := in.say("; then it used ", in.loginName(in.last))
	spn := typed(r.Service, "SPN")
	switch code {
	case errServiceUnknown, errNotUnique:
		if nearby.IsMail(r.Service) {
			return in.unknownService(r, asked, then, spn)
		}
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
	return Cause{ID: KDCRefused, Text: in.say(asked, in.refusal(r), then), Next: in.refusalNext(r)}
}

// askedAndTold says what the client asked a KDC for, and what it was told.
func (in *inquiry) askedAndTold(r *nearby.Request) string {
	what := "a ticket"
	if r.Service != "" { // else the request is cut
		what = in.say(in.wire(r.Service), in.referral(r))
	}
	what = in.say(what, " at ", in.clock(r.Time))
	switch {
	case r.Kind != nearby.KindAS || r.Client == "":
	case nearby.HidesClient(r.Client):
		what = in.say(what, " under a hidden name")
	default:
		what = in.say(what, " as ", in.wire(r.Client))
	}
	status := r.Answer.NTStatus
	if status != "" {
		status = ", " + status
	}
	told := in.say(" and was told ", authtoken.KerberosError(int(r.Answer.ErrorCode)), status, " (frame ", in.number(r.Answer.Frame, 1), ")")
	if r.Frame == 0 {
		return in.say("The client asked the KDC for ", what, told)
	}
	return in.say("The client asked the KDC for ", what, " (frame ", in.number(r.Frame, 1), ")", told)
}

// referral says that another realm sent the client there.
func (in *inquiry) referral(r *nearby.Request) string {
	for i := range in.surroundings().Requests {
		from := &in.surroundings().Requests[i]
		if realm := from.ReferredTo(); realm != "" && realm == r.Realm && strings.EqualFold(from.Service, r.Service) {
			return in.say(" in realm ", in.wire(r.Realm), ", to which ", in.wire(from.Realm), " had referred it (frame ", in.number(from.Answer.Frame, 1), "),")
		}
	}
	return ""
}

// unknownService: the KDC knows no such service, or two; what is odd about the name says
// more than that.
func (in *inquiry) unknownService(r *nearby.Request, asked, then, spn string) Cause {
	host := spnHost(r.Service)
	switch {
	case isIP(host):
		return Cause{ID: TargetIsIP, Text: in.say(asked, ": the client addressed the server by its IP address, for which no SPN is registered", then), Next: in.useNameNext()}
	case isShort(host):
		return Cause{ID: ShortName, Text: in.say(asked, ": the client addressed the server by a name without a domain, which has no SPN", then),
			Next: in.say("Configure the client with the full name, such as ", serverName(in.session, in.last), ", or register this one as well: setspn -S ", spn, " ACCOUNT.")}
	}
	why := ": no account has this SPN, or two have it"
	if r.Answer.ErrorCode == errNotUnique {
		why = ": more than one account has this SPN"
	}
	next := in.say("setspn -Q ", spn, " says whether it exists, setspn -X finds duplicates; register it on the account that the mail server runs as: setspn -S ", spn, " ACCOUNT. Then klist purge on the client, which remembers the refusal for some minutes.")
	switch in.productOf(in.session) {
	case postfix, otherUnix:
		next = in.say("Make the principal and give the server its key: kadmin -q \"addprinc -randkey ", spn, "\" and kadmin -q \"ktadd -k KEYTAB ", spn, "\" (Active Directory: setspn -S ", spn, " ACCOUNT, then ktpass).")
	default:
		if in.addresses() > 1 {
			next = in.say(next, " The name leads to several machines: the SPN belongs on one account that all of them use (Exchange: the alternate service account), not on one of the computers.")
		}
	}
	return Cause{ID: SPNUnknown, Text: in.say(asked, why, in.alias(host), in.otherClass(r), then), Next: next}
}

// useNameNext is what to do about a client that uses an address.
func (in *inquiry) useNameNext() string {
	return in.say("Configure the client with a name that has an SPN, such as ", serverName(in.session, in.last), "; check with setspn -Q ", in.serviceClass(in.session), "/", serverName(in.session, in.last), ".")
}

// alias says that the name asked for is not the machine's own.
func (in *inquiry) alias(host string) string {
	near := in.surroundings()
	for i := range near.Names {
		if n := &near.Names[i]; n.Asked != n.Canonical && (strings.EqualFold(n.Asked, host) || strings.EqualFold(n.Canonical, host)) {
			return in.say(" (", in.wire(n.Asked), " is an alias of ", in.wire(n.Canonical), ", frame ", in.number(n.Frame, 1), ": the SPN is needed for the name that the client makes it of)")
		}
	}
	if slices.ContainsFunc(near.Names, func(n nearby.Name) bool { return strings.EqualFold(n.Asked, host) }) {
		return ""
	}
	for i := range near.Reverse {
		if n := &near.Reverse[i]; strings.EqualFold(n.Name, host) {
			return in.say(" (this is what DNS calls the server's address, frame ", in.number(n.Frame, 1), ": the client makes the SPN of that, as MIT Kerberos does unless krb5.conf says rdns = false)")
		}
	}
	return ""
}

// otherClass says that the same host has an SPN of another class: a load balancer's
// name is often registered for HTTP only.
func (in *inquiry) otherClass(r *nearby.Request) string {
	for i := range in.surroundings().Requests {
		o := &in.surroundings().Requests[i]
		if o.Granted() && !nearby.IsMail(o.Service) && strings.EqualFold(spnHost(o.Service), spnHost(r.Service)) {
			return in.say("; it has a ticket for ", in.wire(o.Service), " (frame ", in.number(o.Answer.Frame, 1), "), so only the SPN for mail is missing")
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

// refusal says what an error means.
func (in *inquiry) refusal(r *nearby.Request) string {
	if k, ok := accountFaults[r.Answer.NTStatus]; ok && r.Kind == nearby.KindAS {
		return in.say(": ", k.means, in.passwordChange())
	}
	switch r.Answer.ErrorCode {
	case errServiceUnknown, errNotUnique:
		return ": there is no trust between the realms that the client could use"
	case errAccountExpired, errClientRevoked:
		return ": the client's account is disabled, locked or expired"
	case errClientUnknown:
		return ": the KDC does not know the client's account"
	case errWrongRealm:
		return ": the client's account belongs to another realm than the one asked"
	case errKeyExpired:
		return in.say(": the password of the client's account has expired", in.passwordChange())
	case errPreauthFailed:
		return in.say(": the client's password is wrong", in.passwordChange())
	case errUserToUser:
		return ": the account of this name is a user's without an SPN, to which only user-to-user tickets are given"
	case errNullKey:
		return ": the account of the client or of the service has no key"
	case errPolicy:
		return ": a policy forbids it (logon hours, allowed machines, an authentication policy)"
	case errBadOption:
		return ": most often the client is a service that asks on behalf of its user, and may not delegate to this one"
	case errServiceRevoked:
		return ": the account that holds the SPN is disabled, locked or expired"
	}
	return ""
}

// passwordChange says that the client asked for a change of a password. What came of
// it is sealed, unless it is an error.
func (in *inquiry) passwordChange() string {
	for i := range in.surroundings().Requests {
		if r := &in.surroundings().Requests[i]; r.Kind == nearby.KindPassword && r.Frame > 0 {
			return in.say(" (this client asked for a change of a password at ", in.clock(r.Time), ", frame ", in.number(r.Frame, 1), ")")
		}
	}
	return ""
}

func (in *inquiry) refusalNext(r *nearby.Request) string {
	if k, ok := accountFaults[r.Answer.NTStatus]; ok && r.Kind == nearby.KindAS {
		return in.say(k.command, " ", typed(firstPart(r.Client), "NAME"), k.further)
	}
	switch r.Answer.ErrorCode {
	case errAccountExpired, errClientUnknown, errClientRevoked, errKeyExpired, errPreauthFailed, errWrongRealm:
		user := typed(firstPart(r.Client), "NAME")
		return in.say("Look at the account: Get-ADUser ", user, " -Properties LockedOut,Enabled,PasswordExpired (Active Directory), kadmin -q \"getprinc ", user, "\" (MIT); a service has its password in its own configuration.")
	case errServiceUnknown, errNotUnique:
		return "On the client: nltest /domain_trusts (Windows) lists the trusts; in krb5.conf, [domain_realm] and [capaths] say which realm a server is of and how it is reached. Then klist purge."
	case errServiceRevoked:
		return in.say("setspn -Q ", typed(r.Service, "SPN"), " names the account; enable or unlock it.")
	case errBadOption:
		return in.say("Allow the client's service account to delegate to ", typed(r.Service, "SPN"), " (Active Directory: the account's Delegation tab, msDS-AllowedToDelegateTo), and see that the user may be delegated.")
	}
	return in.say("Ask for the ticket by hand on the client: ", in.askForTicket(typed(r.Service, in.spn())), "; the KDC's log says why it refuses (Windows: event 4769 with its failure code; MIT: krb5kdc.log).")
}
