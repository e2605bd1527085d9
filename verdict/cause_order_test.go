package verdict

import (
	"net/netip"
	"testing"

	"smtpscope/nearby"
	"smtpscope/smtpparse"
)

// A scene is a session that signs of causes are put into, and what is beside it.
type scene struct {
	offer  []string
	tls    bool
	before []*smtpparse.Auth
	verb   string // of the login that decides, which is NTLM
	code   int
	login  []option
	near   *beside
}

func (sc *scene) play() *script {
	p := start()
	if sc.tls {
		p.starttls(true, 900, 3000)
	}
	p.ehlo(sc.offer)
	for _, a := range sc.before {
		p.auth(a)
	}
	p.auth(ntlm(sc.verb, sc.code, sc.login...))
	return played("10.1.2.3", "10.1.2.9", 587, p)
}

// A sign is what a cause looks like on the wire. Of one kind there is one in a session:
// what the hello reply lists, the fate of a ticket, an account, a target, a KDC's error.
type sign struct {
	id   CauseID
	kind string
	put  func(*scene)
}

// signs are of all causes, the one that outranks the others first. What makes Kerberos
// impossible whatever else is mended comes before what a KDC said; that before what the
// KDC did not say; and all of it before what only suggests.
func signs() []sign {
	asked := func(code int32, service string) func(*scene) {
		return func(sc *scene) { sc.near.Requests = append(sc.near.Requests, asks("TGS", service, code)) }
	}
	refused := func(code int, name string) func(*scene) {
		return func(sc *scene) { sc.before = append(sc.before, kerberos(535, krbError(code, name))) }
	}
	is := func(o option) func(*scene) { return func(sc *scene) { sc.login = append(sc.login, o) } }
	unreachable := func(u nearby.Unreachable) func(*scene) {
		u.Transport, u.Frame, u.Tries = "tcp", 3, 2
		return func(sc *scene) { sc.near.unreachable(u) }
	}
	return []sign{
		{NotOffered, "offer", func(sc *scene) { sc.offer = ntlmOnly }},
		{WrongAccount, "ticket", refused(41, "KRB_AP_ERR_MODIFIED(41)")},
		{ClockSkew, "ticket", refused(37, "KRB_AP_ERR_SKEW(37)")},
		{Etype, "ticket", refused(14, "KDC_ERR_ETYPE_NOSUPP(14)")},
		{Expired, "ticket", refused(32, "KRB_AP_ERR_TKT_EXPIRED(32)")},
		{ServerRefused, "ticket", func(sc *scene) { sc.before = append(sc.before, attempt("GSSAPI", "none", 504)) }},
		{LocalAccount, "account", is(func(a *smtpparse.Auth) { a.NTLM.Domain = "SP01" })},
		{TargetIsIP, "target", is(target("SMTPSVC/10.1.2.9"))},
		{SPNUnknown, "kdc", asked(7, mailSPN)},
		{ShortName, "kdc", asked(7, "SMTPSVC/EX01")},
		{ClockSkew, "kdc", asked(37, mailSPN)},
		{Etype, "kdc", asked(14, mailSPN)},
		{Expired, "kdc", asked(32, mailSPN)},
		{KDCRefused, "kdc", asked(12, mailSPN)},
		{KDCUnreachable, "reach", unreachable(nearby.Unreachable{})},
		{KDCUnreachable, "reach", unreachable(nearby.Unreachable{Taken: true})},
		{KDCUnreachable, "reach", unreachable(nearby.Unreachable{ICMP: &nearby.ICMP{Frame: 4, From: netip.MustParseAddr("10.1.2.254"), Error: "host-unreachable"}})},
		{ServerRefused, "negotiation", func(sc *scene) {
			sc.verb, sc.login = "GSSAPI", append(sc.login, negotiation("NTLMSSP", "MS-KRB5", "NTLMSSP"))
		}},
		{ShortName, "target", is(target("SMTPSVC/EX01"))},
		{ClientChose, "choice", func(*scene) {}},
		{LocalAccount, "account", is(func(a *smtpparse.Auth) { a.NTLM.Domain = "." })},
		{EPA, "binding", func(sc *scene) {
			sc.tls, sc.code = true, 535
			sc.login = append(sc.login, func(a *smtpparse.Auth) { a.NTLM.ChannelBinding = "absent" })
		}},
	}
}

// exclude tells that two signs cannot be in one session: who tried Kerberos where it was
// not offered was not kept from it by that.
func exclude(a, b *sign) bool {
	tried := func(s *sign) bool { return s.kind == "ticket" || s.kind == "negotiation" }
	return a.kind == b.kind || a.id == NotOffered && tried(b) || a.kind == "ticket" && b.kind == "negotiation"
}

// TestCauseOrder puts each cause into a session alone, and then together with each other
// that fits: the one that outranks the other must be first.
func TestCauseOrder(t *testing.T) {
	first := func(t *testing.T, put ...*sign) {
		t.Helper()
		sc := &scene{offer: gssapi, verb: "NTLM", code: 235, near: sawKerberos()}
		for _, s := range put {
			s.put(sc)
		}
		v, _ := NewCourt().Judge(sc.play().s, sc.near)
		if len(v.Causes) == 0 || v.Causes[0].ID != put[0].id {
			t.Errorf("%+v, want %s first", v.Causes, put[0].id)
		}
	}
	const weak = 2 // the last signs, which are less than that the client chose: never first
	all := signs()
	for i := range all[:len(all)-weak] {
		a := &all[i]
		t.Run(string(a.id)+" of "+a.kind, func(t *testing.T) { first(t, a) })
		for j := i + 1; j < len(all); j++ {
			if b := &all[j]; !exclude(a, b) {
				t.Run(string(a.id)+" of "+a.kind+", "+string(b.id)+" of "+b.kind, func(t *testing.T) { first(t, a, b) })
			}
		}
	}
}
