package keytab

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jcmturner/gokrb5/v8/crypto"
	"github.com/jcmturner/gokrb5/v8/iana/keyusage"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/types"

	"smtpscope/authtoken"
)

// maxTickets is how many tickets are remembered. A client sends the same one, for
// the hours of its life, with each login.
const maxTickets = 1024

// maxTries is how many keys are tried on one ticket.
const maxTries = 32

// maxAPReq is the largest AP-REQ that is opened, in octets.
const maxAPReq = 128 << 10

// A ticket is what became of one: what it says, and the key for the authenticator.
type ticket struct {
	opened  authtoken.Opened // shared: copied for each AP-REQ
	session types.EncryptionKey
	open    bool
}

// OpenTicket implements authtoken.TicketOpener.
func (k *Keytab) OpenTicket(apReq []byte) *authtoken.Opened {
	if len(apReq) > maxAPReq {
		return damaged("an AP-REQ of this size is not opened")
	}
	var req messages.APReq
	if !guarded(func() error { return req.Unmarshal(apReq) }) {
		return damaged("the AP-REQ is damaged")
	}
	t := k.ticket(&req.Ticket)
	opened := t.opened
	opened.Flags = slices.Clone(opened.Flags)
	if opened.PAC != nil {
		pac := *opened.PAC
		pac.Groups = slices.Clone(pac.Groups)
		opened.PAC = &pac
	}
	if t.open {
		openAuthenticator(&opened, &req, t.session)
	}
	return &opened
}

func damaged(problem string) *authtoken.Opened {
	return &authtoken.Opened{Problem: problem, Fault: authtoken.FaultDamaged}
}

// guarded runs a step of the library, whose readers of ASN.1 were not written for
// hostile octets, and tells whether it went well.
func guarded(step func() error) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	return step() == nil
}

// ticket opens a ticket, or remembers it.
func (k *Keytab) ticket(t *messages.Ticket) *ticket {
	name := fingerprintOf(t)
	k.mu.Lock()
	known := k.seen[name]
	k.mu.Unlock()
	if known != nil {
		return known
	}
	opened := k.open(t)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.seen[name] == nil {
		if len(k.ring) < maxTickets {
			k.ring = append(k.ring, name)
		} else {
			delete(k.seen, k.ring[k.next])
			k.ring[k.next] = name
			k.next = (k.next + 1) % maxTickets
		}
		k.seen[name] = opened
	}
	return opened
}

// fingerprintOf covers what decides on a ticket, its names and version included:
// the words about it speak of them.
func fingerprintOf(t *messages.Ticket) (f fingerprint) {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %d %d ", t.SName.NameString, t.Realm, t.EncPart.EType, t.EncPart.KVNO)
	h.Write(t.EncPart.Cipher)
	h.Sum(f[:0])
	return f
}

// open finds the key and reads the ticket.
func (k *Keytab) open(t *messages.Ticket) *ticket {
	out := &ticket{}
	if _, err := crypto.GetEtype(t.EncPart.EType); err != nil {
		out.opened = *damaged("tickets of " + authtoken.KerberosEtype(int(t.EncPart.EType)) + " are not opened: the encryption type is not supported")
		return out
	}
	for _, e := range k.candidates(t) {
		var plain []byte
		if !guarded(func() (err error) {
			plain, err = crypto.DecryptEncPart(t.EncPart, e.key, keyusage.KDC_REP_TICKET)
			return err
		}) {
			continue
		}
		out.opened.Key = fmt.Sprintf("%s (kvno %d)", e.principal(), e.kvno)
		var part messages.EncTicketPart
		if !guarded(func() error { return part.Unmarshal(plain) }) {
			out.opened.Problem, out.opened.Fault = "the key fits, but what it opened is no ticket", authtoken.FaultDamaged
			return out
		}
		out.read(&part, e.key)
		return out
	}
	out.opened.Problem, out.opened.Fault = k.whyNot(t)
	return out
}

// candidates are the keys to try, the likeliest first: those of the ticket's
// service and version, of its service, and then all of its encryption type, since
// in Active Directory one account has one key whatever its names.
func (k *Keytab) candidates(t *messages.Ticket) []*entry {
	var exact, named, others []*entry
	for i := range k.entries {
		e := &k.entries[i]
		switch {
		case e.key.KeyType != t.EncPart.EType:
		case !e.names(t.SName.NameString, t.Realm):
			others = append(others, e)
		case sameVersion(e.kvno, t.EncPart.KVNO):
			exact = append(exact, e)
		default:
			named = append(named, e)
		}
	}
	all := slices.Concat(exact, named, others)
	return all[:min(len(all), maxTries)]
}

// sameVersion compares key versions. A ticket may state none (0), and old keytabs
// keep no more than the low 8 bits.
func sameVersion(have uint32, want int) bool {
	return want == 0 || have == uint32(want) || have < 256 && have == uint32(want)&0xff
}

// whyNot says what the keytab has instead of the ticket's key.
func (k *Keytab) whyNot(t *messages.Ticket) (string, authtoken.Fault) {
	service := t.SName.PrincipalNameString() + "@" + t.Realm
	etype := authtoken.KerberosEtype(int(t.EncPart.EType))
	var versions []uint32
	var etypes []string
	for i := range k.entries {
		e := &k.entries[i]
		if !e.names(t.SName.NameString, t.Realm) {
			continue
		}
		if !slices.Contains(versions, e.kvno) {
			versions = append(versions, e.kvno)
		}
		if name := authtoken.KerberosEtype(int(e.key.KeyType)); sameVersion(e.kvno, t.EncPart.KVNO) && !slices.Contains(etypes, name) {
			etypes = append(etypes, name)
		}
	}
	version := ""
	if t.EncPart.KVNO != 0 {
		version = fmt.Sprintf(" kvno %d", t.EncPart.KVNO)
	}
	switch {
	case len(versions) == 0:
		return fmt.Sprintf("the keytab has no key for %s; it has %s", service, k.listed()), authtoken.FaultNoKey
	case len(etypes) == 0:
		return fmt.Sprintf("the keytab has no key for %s%s; of this service it has kvno %s", service, version, joined(versions)), authtoken.FaultNoKey
	case !slices.Contains(etypes, etype):
		return fmt.Sprintf("the keytab has no %s key for %s%s; it has %s", etype, service, version, strings.Join(etypes, ", ")), authtoken.FaultNoKey
	}
	return fmt.Sprintf("the keytab's %s key for %s%s does not open the ticket: it was made with another key", etype, service, version), authtoken.FaultWrongKey
}

// maxNamed is how many principals a sentence names.
const maxNamed = 8

func (k *Keytab) listed() string {
	names := k.principals()
	if more := len(names) - maxNamed; more > 0 {
		return strings.Join(names[:maxNamed], ", ") + fmt.Sprintf(" and %d more", more)
	}
	return strings.Join(names, ", ")
}

// read takes over what the ticket says (RFC 4120, section 5.3).
func (t *ticket) read(part *messages.EncTicketPart, key types.EncryptionKey) {
	t.open, t.session = true, part.Key
	o := &t.opened
	o.Client = part.CName.PrincipalNameString() + "@" + part.CRealm
	o.Flags = bitNames(part.Flags.Bytes, ticketFlags)
	o.SessionEtype = authtoken.KerberosEtype(int(part.Key.KeyType))
	o.AuthTime, o.StartTime, o.EndTime, o.RenewTill = utc(part.AuthTime), utc(part.StartTime), utc(part.EndTime), utc(part.RenewTill)
	o.PAC = readAuthorization(part.AuthorizationData, key)
}

func utc(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC()
}

// ticketFlags are the bits of TicketFlags (RFC 4120, section 5.3; RFC 6806,
// section 11; RFC 6112, section 3).
var ticketFlags = []string{
	1: "forwardable", 2: "forwarded", 3: "proxiable", 4: "proxy", 5: "may-postdate", 6: "postdated", 7: "invalid", 8: "renewable",
	9: "initial", 10: "pre-authent", 11: "hw-authent", 12: "transited-policy-checked", 13: "ok-as-delegate", 15: "enc-pa-rep", 16: "anonymous",
}

// bitNames names the bits that are set, the first bit of the first octet first.
func bitNames(b []byte, names []string) []string {
	var set []string
	for i, name := range names {
		if name != "" && i/8 < len(b) && b[i/8]&(0x80>>(i%8)) != 0 {
			set = append(set, name)
		}
	}
	return set
}
