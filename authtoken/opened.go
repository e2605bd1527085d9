package authtoken

import (
	"strconv"
	"time"
)

// A TicketOpener opens what an AP-REQ seals, with keys that this package knows
// nothing of.
type TicketOpener interface {
	// OpenTicket takes an AP-REQ (RFC 4120, section 5.5.1) with its tag and says
	// what is in it, never nil. It may be called from several goroutines, does not
	// keep the octets, and gives memory that is the caller's.
	OpenTicket(apReq []byte) *Opened
}

// Opened is what a service's key brings to light of an AP-REQ: of the ticket
// (RFC 4120, section 5.3) and of the authenticator (section 5.5.1). Keys are not in it.
type Opened struct {
	// Problem says why the ticket, or a part of what it should tell, stayed closed;
	// empty when all was read.
	Problem string `json:"problem,omitempty"`
	// Fault is the kind of the problem.
	Fault Fault `json:"fault,omitempty"`
	// Key names the keytab's entry that opened the ticket, such as
	// "smtp/mail.contoso.test@CONTOSO.TEST (kvno 2)"; empty when none did.
	Key string `json:"key,omitempty"`
	// Client is the client's principal with its realm; empty when the ticket stayed closed.
	Client string `json:"client,omitempty"`
	// Flags are the ticket's by their names in RFC 4120, such as "forwardable", "pre-authent".
	Flags []string `json:"flags,omitempty"`
	// SessionEtype is the etype of the session key, SubkeyEtype that of the
	// authenticator's own key; empty when there is none.
	SessionEtype string `json:"session_etype,omitempty"`
	SubkeyEtype  string `json:"subkey_etype,omitempty"`
	// AuthTime is when the client got its first ticket, StartTime, EndTime and
	// RenewTill are this ticket's; zero when absent.
	AuthTime  time.Time `json:"auth_time,omitzero"`
	StartTime time.Time `json:"start_time,omitzero"`
	EndTime   time.Time `json:"end_time,omitzero"`
	RenewTill time.Time `json:"renew_till,omitzero"`
	// ClientTime is the client's clock in the authenticator, in microseconds.
	ClientTime time.Time `json:"client_time,omitzero"`
	// ChannelBinding is Bnd of RFC 4121, section 4.1.1.1: "present", "zero" (16
	// zero octets: the client gave none), or "absent" (no checksum of that kind, so
	// no place for one); empty when the authenticator stayed closed.
	ChannelBinding string `json:"channel_binding,omitempty"`
	// GSSFlags are the context flags in the same place, such as "mutual", "integ".
	GSSFlags []string `json:"gss_flags,omitempty"`
	// Delegated tells that the client handed its own ticket to the service.
	Delegated bool `json:"delegated,omitempty"`
	// PAC is the Windows authorization data; nil when there is none.
	PAC *PAC `json:"pac,omitempty"`
}

// A Fault is the kind of a problem with a ticket.
type Fault string

// The faults.
const (
	FaultNoKey    Fault = "no-key"    // the keytab has no key for this service, version or etype
	FaultWrongKey Fault = "wrong-key" // the keytab's key for just this ticket does not open it
	FaultDamaged  Fault = "damaged"   // what was opened, or was to be, is damaged or of an unknown kind
)

// A PAC is what a domain controller says of the client ([MS-PAC]).
type PAC struct {
	// User is the account's name, Domain the NetBIOS name of its domain.
	User   string `json:"user,omitempty"`
	Domain string `json:"domain,omitempty"`
	// UPN is the user principal name, DNSDomain the domain's full name.
	UPN       string `json:"upn,omitempty"`
	DNSDomain string `json:"dns_domain,omitempty"`
	// UserSID, PrimaryGroup and Groups are security identifiers, "S-1-5-21-…".
	UserSID      string   `json:"user_sid,omitempty"`
	PrimaryGroup string   `json:"primary_group,omitempty"`
	Groups       []string `json:"groups,omitempty"`
	// GroupsOmitted counts groups that are not kept.
	GroupsOmitted int `json:"groups_omitted,omitempty"`
	// Verified tells that the server's signature matches the service's key.
	Verified bool `json:"verified"`
	// Problem says what could not be read.
	Problem string `json:"problem,omitempty"`
}

// open has the ticket opened, if somebody can, and shows what was in it.
func (s *scan) open(whole span, k *ticketSummary) {
	opener := s.x.options.Tickets
	if opener == nil {
		return
	}
	o := opener.OpenTicket(whole.b)
	o.clean()
	k.Opened, k.Client = o, o.Client
	// What was sealed has no place of its own in the token.
	at := span{whole.b[:0], ^whole.at()}
	defer s.leave(s.enter("opened", at))
	for _, f := range o.fields() {
		if f.Value != "" {
			s.add(f.Name, f.Value, at)
		}
	}
	if o.PAC != nil {
		s.pac(o.PAC, at)
	}
}

// clean makes what the ticket says fit to be shown.
func (o *Opened) clean() {
	for _, text := range []*string{&o.Problem, &o.Key, &o.Client} {
		*text = printable(*text)
	}
	if o.PAC == nil {
		return
	}
	for _, text := range []*string{&o.PAC.User, &o.PAC.Domain, &o.PAC.UPN, &o.PAC.DNSDomain, &o.PAC.Problem} {
		*text = printable(*text)
	}
}

// fields are the parts of an opened ticket by their names in RFC 4120.
func (o *Opened) fields() []Field {
	delegated := ""
	if o.Delegated {
		delegated = "the client's own ticket is handed on"
	}
	return []Field{
		{Name: "key", Value: o.Key},
		{Name: "problem", Value: o.Problem},
		{Name: "client", Value: o.Client},
		{Name: "flags", Value: joinNames(o.Flags)},
		{Name: "session key", Value: o.SessionEtype},
		{Name: "authtime", Value: shownTime(o.AuthTime)},
		{Name: "starttime", Value: shownTime(o.StartTime)},
		{Name: "endtime", Value: shownTime(o.EndTime)},
		{Name: "renew-till", Value: shownTime(o.RenewTill)},
		{Name: "ctime", Value: shownTime(o.ClientTime)},
		{Name: "subkey", Value: o.SubkeyEtype},
		{Name: "Bnd", Value: o.ChannelBinding},
		{Name: "GSS flags", Value: joinNames(o.GSSFlags)},
		{Name: "Deleg", Value: delegated},
	}
}

func (s *scan) pac(p *PAC, at span) {
	defer s.leave(s.enter("PAC", at))
	signature := "not verified"
	if p.Verified {
		signature = "matches the service's key"
	}
	for _, f := range []Field{
		{Name: "user", Value: p.User}, {Name: "domain", Value: p.Domain}, {Name: "UPN", Value: p.UPN},
		{Name: "DNS domain", Value: p.DNSDomain}, {Name: "user SID", Value: p.UserSID}, {Name: "primary group", Value: p.PrimaryGroup},
		{Name: "server signature", Value: signature}, {Name: "problem", Value: p.Problem},
	} {
		if f.Value != "" {
			s.add(f.Name, f.Value, at)
		}
	}
	for _, sid := range p.Groups[:min(len(p.Groups), maxListed)] {
		s.add("group", sid, at)
	}
	if more := len(p.Groups) - maxListed + p.GroupsOmitted; more > 0 {
		s.add("groups", strconv.Itoa(more)+" more", at)
	}
}

func shownTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05.999999Z")
}

func joinNames(names []string) string {
	joined := ""
	for i, name := range names {
		if i > 0 {
			joined += ", "
		}
		joined += name
	}
	return joined
}
