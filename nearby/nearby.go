// Package nearby reads what a client says beside its mail connection, as far as
// it tells why a login was not Kerberos: the clear fields of its exchanges with a
// KDC (RFC 4120), and the names that DNS (RFC 1035, RFC 6762) gave it for a
// server's address. It gets messages and gives facts; it knows neither packets
// nor SMTP.
//
//	messages ──► Log ──View──► Look ──► Around
//
// A [Log] keeps the messages of the last minutes by client, within bounds. One
// goroutine writes it; whoever judges sessions looks at a [View] of it, which
// stays as it is. What is sealed (tickets, keys, preauthentication) is not read.
package nearby

import (
	"net/netip"
	"time"
)

// Around is what a client said to KDCs and name servers around one of its
// connections.
type Around struct {
	// Requests are those to KDCs, the oldest first: those for tickets of mail
	// services and those that failed. At most 32, the latest.
	Requests []Request `json:"requests,omitempty"`
	// Unreachable are KDCs that did not answer, and after which none answered. At
	// most 8.
	Unreachable []Unreachable `json:"unreachable,omitempty"`
	// Names are those that DNS gave the client for the server's address, the latest
	// first, each once. At most 8.
	Names []Name `json:"names,omitempty"`
	// Reverse are those that the address itself was said to have, the latest first.
	// At most 4.
	Reverse []ReverseName `json:"reverse_names,omitempty"`
	// Failures are questions to DNS that brought nothing, and had to do with the
	// server's name or with finding a KDC, the latest first. At most 8.
	Failures []Failure `json:"failures,omitempty"`
	// SawKerberos and SawDNS tell that the capture holds messages of this client to
	// a KDC, and answers of name servers to it, in the minutes before.
	SawKerberos bool `json:"saw_kerberos"`
	SawDNS      bool `json:"saw_dns"`
	// Since is from when on the capture would hold such messages: its beginning, at
	// most an hour before the connection. What the client had in its caches by then
	// it did not ask for again.
	Since time.Time `json:"since"`
}

// A Request is one AS or TGS exchange (RFC 4120, section 3.1 and 3.3), or a change
// of a password (RFC 3244).
type Request struct {
	// Kind is "AS", "TGS" or "kpasswd".
	Kind string `json:"kind"`
	// Frame and Time are those of the request's (last) packet. Frame is 0 where only
	// the answer was seen; Time is the answer's then.
	Frame int64     `json:"frame"`
	Time  time.Time `json:"time"`
	// Client is the client's principal in an AS exchange; a TGS-REQ does not say
	// it, and takes it from the reply.
	Client string `json:"client,omitempty"`
	// Service is what a ticket is asked for, such as "SMTPSVC/ex01.contoso.test" or
	// "krbtgt/CONTOSO.TEST"; Realm the realm asked. Both are the answer's where the
	// request is cut or missing.
	Service string `json:"service"`
	Realm   string `json:"realm"`
	// Etypes are the encryption types that the client takes, in its order.
	Etypes []int32 `json:"etypes,omitempty"`
	// KDC is the address asked, Transport "udp" or "tcp".
	KDC       netip.AddrPort `json:"kdc"`
	Transport string         `json:"transport"`
	// Answer is nil when none was seen.
	Answer *Answer `json:"answer,omitempty"`
}

// An Answer is a KDC's. That to a change of a password is sealed, unless it is an error.
type Answer struct {
	Frame int64     `json:"frame"`
	Time  time.Time `json:"time"`
	// ErrorCode is that of a KRB-ERROR, 0 for a ticket (RFC 4120, section 7.5.9).
	ErrorCode int32  `json:"error_code,omitempty"`
	ErrorText string `json:"error_text,omitempty"`
	// ServerTime is the KDC's clock in a KRB-ERROR, zero for a ticket.
	ServerTime time.Time `json:"server_time,omitzero"`
	// PAData are the types of what came with a KRB-ERROR, such as 19 (ETYPE-INFO2).
	PAData []int32 `json:"padata,omitempty"`
	// NTStatus is what Active Directory says more exactly, such as
	// "STATUS_ACCOUNT_LOCKED_OUT" ([MS-KILE] 2.2.1; [MS-ERREF] 2.3.1); empty if nothing.
	NTStatus string `json:"nt_status,omitempty"`
	// Ticket is the service of the ticket given: another krbtgt than was asked for
	// is a referral. TicketEtype is its encryption type, KVNO its key version.
	Ticket      string `json:"ticket,omitempty"`
	TicketEtype int32  `json:"ticket_etype,omitempty"`
	KVNO        int32  `json:"kvno,omitempty"`
}

// Unreachable is a KDC that was asked in vain.
type Unreachable struct {
	KDC       netip.AddrPort `json:"kdc"`
	Transport string         `json:"transport"`
	// Realm is the one asked; empty where no request was seen.
	Realm string `json:"realm,omitempty"`
	// Frame and Time are those of the first try, of the first request where the
	// host took the connection; Tries counts them.
	Frame int64     `json:"frame"`
	Time  time.Time `json:"time"`
	Tries int       `json:"tries"`
	// Taken tells that the host took the connection and did not answer what was
	// asked in it.
	Taken bool `json:"taken,omitempty"`
	// Refused tells that the host sent RST: nothing listens there, or, where the
	// connection was taken, it was given up.
	Refused bool `json:"refused,omitempty"`
	// ICMP is what a host on the way, or the KDC's own, said of it; nil if nothing.
	ICMP *ICMP `json:"icmp,omitempty"`
}

// ICMP is a message that a destination is unreachable (RFC 792; RFC 4443, section 3.1).
type ICMP struct {
	Frame int64 `json:"frame"`
	// From is who said it: a router or a firewall, or the destination itself.
	From netip.Addr `json:"from"`
	// Error is such as "port-unreachable" or "administratively-prohibited".
	Error string `json:"error"`
}

// A Name is one answer of DNS that led to the server's address.
type Name struct {
	Frame int64     `json:"frame"`
	Time  time.Time `json:"time"`
	// Asked is the name that the client asked for, Canonical the one at the end of
	// its CNAMEs; the same when there are none.
	Asked     string `json:"asked"`
	Canonical string `json:"canonical"`
	// Addresses is how many addresses the answer holds.
	Addresses int `json:"addresses"`
	// Protocol is "mdns" or "llmnr" where neighbours answered instead of a name
	// server; empty for DNS.
	Protocol string `json:"protocol,omitempty"`
}

// A ReverseName is an answer of DNS to the question for the name of the server's
// address (PTR): some clients make the SPN of it.
type ReverseName struct {
	Frame int64     `json:"frame"`
	Time  time.Time `json:"time"`
	Name  string    `json:"name"`
}

// A Failure is a question to DNS that brought nothing.
type Failure struct {
	// Frame and Time are those of the answer, of the first question where none came.
	Frame int64     `json:"frame"`
	Time  time.Time `json:"time"`
	// Asked is the name, Type the type of record: "A", "AAAA" or "SRV".
	Asked string `json:"asked"`
	Type  string `json:"type"`
	// Error is what the name server said, such as "NXDOMAIN", "SERVFAIL" or
	// "REFUSED" (RFC 6895, section 2.3); empty when it said nothing. Tries counts
	// the questions without an answer.
	Error string `json:"error,omitempty"`
	Tries int    `json:"tries,omitempty"`
	// Server is the name server that was asked.
	Server netip.AddrPort `json:"server"`
}
