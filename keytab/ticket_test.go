package keytab

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jcmturner/gofork/encoding/asn1"
	"github.com/jcmturner/gokrb5/v8/asn1tools"
	"github.com/jcmturner/gokrb5/v8/crypto"
	"github.com/jcmturner/gokrb5/v8/iana/asnAppTag"
	"github.com/jcmturner/gokrb5/v8/iana/keyusage"
	library "github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/test/testdata"
	"github.com/jcmturner/gokrb5/v8/types"

	"smtpscope/authtoken"
)

const realm = "CONTOSO.TEST"

var (
	service = types.PrincipalName{NameType: 3, NameString: []string{"smtp", "mail.contoso.test"}}
	alice   = types.PrincipalName{NameType: 1, NameString: []string{"alice"}}
	noon    = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
)

// A request is an AP-REQ in the making.
type request struct {
	service  types.PrincipalName
	etype    int32
	kvno     int
	password string
	checksum types.Checksum
	client   types.PrincipalName // of the authenticator
}

func usual() request {
	return request{service: service, etype: 18, kvno: 2, password: "secret", client: alice, checksum: gss(2, make([]byte, 16), nil)}
}

// gss is a checksum of RFC 4121, section 4.1.1.
func gss(flags uint32, binding, rest []byte) types.Checksum {
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(binding)))
	b = binary.LittleEndian.AppendUint32(append(b, binding...), flags)
	return types.Checksum{CksumType: gssChecksum, Checksum: append(b, rest...)}
}

func (r request) keys(t testing.TB) *library.Keytab {
	t.Helper()
	keys := library.New()
	if err := keys.AddEntry(strings.Join(r.service.NameString, "/"), realm, r.password, noon, uint8(r.kvno), r.etype); err != nil {
		t.Fatal(err)
	}
	return keys
}

// octets is the AP-REQ, with its ticket and authenticator encrypted.
func (r request) octets(t testing.TB) []byte {
	t.Helper()
	flags := asn1.BitString{Bytes: []byte{0x40, 0xA1, 0, 0}, BitLength: 32}
	// The library's NewTicket makes session keys of aes-sha2 that are too short.
	session := types.EncryptionKey{KeyType: r.etype, KeyValue: make([]byte, map[int32]int{16: 24, 17: 16, 18: 32, 19: 16, 20: 32, 23: 16}[r.etype])}
	part, err := asn1.Marshal(messages.EncTicketPart{
		Flags: flags, Key: session, CRealm: realm, CName: alice,
		AuthTime: noon, StartTime: noon, EndTime: noon.Add(time.Hour), RenewTill: noon.Add(2 * time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	ticket := messages.Ticket{TktVNO: 5, Realm: realm, SName: r.service}
	key := r.keys(t).Entries[0].Key
	if ticket.EncPart, err = crypto.GetEncryptedData(asn1tools.AddASNAppTag(part, asnAppTag.EncTicketPart), key, keyusage.KDC_REP_TICKET, r.kvno); err != nil {
		t.Fatal(err)
	}
	a := types.Authenticator{AVNO: 5, CRealm: realm, CName: r.client, Cksum: r.checksum, Cusec: 250, CTime: noon.Add(time.Minute)}
	req, err := messages.NewAPReq(ticket, session, a)
	if err != nil {
		t.Fatal(err)
	}
	b, err := req.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func parsed(t testing.TB, keys *library.Keytab) *Keytab {
	t.Helper()
	b, err := keys.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	k, err := Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestEachEncryptionType(t *testing.T) {
	for _, etype := range []int32{16, 17, 18, 19, 20, 23} {
		name := authtoken.KerberosEtype(int(etype))
		t.Run(name, func(t *testing.T) {
			r := usual()
			r.etype = etype
			o := parsed(t, r.keys(t)).OpenTicket(r.octets(t))
			if o.Problem != "" || o.Client != "alice@CONTOSO.TEST" || o.SessionEtype != name || o.Key != "smtp/mail.contoso.test@CONTOSO.TEST (kvno 2)" {
				t.Errorf("%+v", o)
			}
			if want := []string{"forwardable", "renewable", "pre-authent", "enc-pa-rep"}; !slices.Equal(o.Flags, want) {
				t.Errorf("flags %v, want %v", o.Flags, want)
			}
			if !o.AuthTime.Equal(noon) || !o.EndTime.Equal(noon.Add(time.Hour)) || !o.RenewTill.Equal(noon.Add(2*time.Hour)) || !o.ClientTime.Equal(noon.Add(time.Minute+250*time.Microsecond)) {
				t.Errorf("times %v %v %v %v", o.AuthTime, o.EndTime, o.RenewTill, o.ClientTime)
			}
		})
	}
}

func TestChecksum(t *testing.T) {
	given := bytes.Repeat([]byte{7}, 16)
	for _, test := range []struct {
		name      string
		checksum  types.Checksum
		binding   string
		flags     []string
		delegated bool
	}{
		{name: "none given", checksum: gss(2|32, make([]byte, 16), nil), binding: "zero", flags: []string{"mutual", "integ"}},
		{name: "given", checksum: gss(8, given, nil), binding: "present", flags: []string{"sequence"}},
		{name: "delegation", checksum: gss(1, given, []byte{1, 0, 2, 0, 9, 9}), binding: "present", flags: []string{"deleg"}, delegated: true},
		{name: "delegation without a ticket", checksum: gss(1, given, nil), binding: "present", flags: []string{"deleg"}},
		{name: "another type", checksum: types.Checksum{CksumType: 16, Checksum: make([]byte, 24)}, binding: "absent"},
		{name: "none at all", binding: "absent"},
		{name: "too short", checksum: types.Checksum{CksumType: gssChecksum, Checksum: []byte{16, 0, 0, 0, 1}}, binding: "absent"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := usual()
			r.checksum = test.checksum
			o := parsed(t, r.keys(t)).OpenTicket(r.octets(t))
			if o.ChannelBinding != test.binding || !slices.Equal(o.GSSFlags, test.flags) || o.Delegated != test.delegated || o.Problem != "" {
				t.Errorf("%+v", o)
			}
		})
	}
}

// TestWrongKeytab: what the keytab has instead is said.
func TestWrongKeytab(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*request) // of what the keytab is made of
		fault  authtoken.Fault
		says   []string
	}{
		{"another service", func(r *request) {
			r.service.NameString = []string{"SMTPSVC", "ex01.contoso.test"}
			r.password = "other"
		}, authtoken.FaultNoKey, []string{"no key for smtp/mail.contoso.test@CONTOSO.TEST", "it has SMTPSVC/ex01.contoso.test@CONTOSO.TEST (kvno 2)"}},
		{"another version", func(r *request) { r.kvno = 5; r.password = "other" }, authtoken.FaultNoKey, []string{"kvno 2", "of this service it has kvno 5"}},
		{"another etype", func(r *request) { r.etype = 17 }, authtoken.FaultNoKey, []string{"no aes256-cts-hmac-sha1-96 key", "it has aes128-cts-hmac-sha1-96"}},
		{"another key", func(r *request) { r.password = "changed" }, authtoken.FaultWrongKey, []string{"does not open the ticket: it was made with another key"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := usual()
			test.change(&r)
			o := parsed(t, r.keys(t)).OpenTicket(usual().octets(t))
			if o.Fault != test.fault || o.Client != "" || o.Key != "" {
				t.Errorf("%+v", o)
			}
			for _, words := range test.says {
				if !strings.Contains(o.Problem, words) {
					t.Errorf("%q does not say %q", o.Problem, words)
				}
			}
		})
	}
}

// TestKeyOfTheAccount: one account has one key, whatever its names, and names have
// no case in Active Directory.
func TestKeyOfTheAccount(t *testing.T) {
	keys := library.New()
	for _, name := range []string{"HTTP/other.contoso.test", "SMTP/MAIL.contoso.test"} {
		if err := keys.AddEntry(name, realm, "secret", noon, 2, 23); err != nil {
			t.Fatal(err)
		}
	}
	r := usual()
	r.etype = 23 // its keys have no salt
	if o := parsed(t, keys).OpenTicket(r.octets(t)); o.Key != "SMTP/MAIL.contoso.test@CONTOSO.TEST (kvno 2)" {
		t.Errorf("%+v", o)
	}
	keys.Entries = keys.Entries[:1]
	if o := parsed(t, keys).OpenTicket(r.octets(t)); o.Key != "HTTP/other.contoso.test@CONTOSO.TEST (kvno 2)" || o.Client == "" {
		t.Errorf("%+v", o)
	}
}

func TestAuthenticatorOfAnother(t *testing.T) {
	r := usual()
	r.client = types.PrincipalName{NameString: []string{"mallory"}}
	if o := parsed(t, r.keys(t)).OpenTicket(r.octets(t)); !strings.Contains(o.Problem, "another client: mallory@CONTOSO.TEST") {
		t.Errorf("%+v", o)
	}
}

// TestTicketSeenAgain: the ticket is opened once, each authenticator for itself,
// and what was handed out is the caller's.
func TestTicketSeenAgain(t *testing.T) {
	r := usual()
	k, octets := parsed(t, r.keys(t)), r.octets(t)
	first := k.OpenTicket(octets)
	first.Flags[0], first.Client = "scribbled", "scribbled"
	if again := k.OpenTicket(octets); again.Client != "alice@CONTOSO.TEST" || again.Flags[0] != "forwardable" {
		t.Errorf("%+v", again)
	}
	if len(k.seen) != 1 {
		t.Errorf("%d tickets are remembered", len(k.seen))
	}
	var req messages.APReq
	if err := req.Unmarshal(octets); err != nil {
		t.Fatal(err)
	}
	for i := range maxTickets + 10 {
		req.Ticket.EncPart.Cipher = binary.BigEndian.AppendUint32(nil, uint32(i))
		k.ticket(&req.Ticket)
	}
	if len(k.seen) != maxTickets || len(k.ring) != maxTickets {
		t.Errorf("%d tickets are remembered, %d in the ring", len(k.seen), len(k.ring))
	}
}

func TestParse(t *testing.T) {
	whole, err := usual().keys(t).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	hole := slices.Concat(whole[:2], []byte{0xff, 0xff, 0xff, 0xfc, 1, 2, 3, 4}, whole[2:]) // of a deleted entry
	if k, err := Parse(hole); err != nil || len(k.principals()) != 1 {
		t.Errorf("%v", err)
	}
	for name, b := range map[string][]byte{
		"empty":      nil,
		"text":       []byte("-----BEGIN"),
		"no entries": {5, 2},
		"cut":        whole[:len(whole)-20],
		"too large":  append([]byte{5, 2}, make([]byte, maxFile)...),
	} {
		if _, err := Parse(b); err == nil {
			t.Errorf("%s: no error", name)
		} else if strings.Contains(err.Error(), string(whole[40:60])) {
			t.Errorf("%s: the error quotes the file", name)
		}
	}
}

func vector(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestPAC reads the authorization data of a domain controller, whose signature the service's key verifies.
func TestPAC(t *testing.T) {
	keys, err := Parse(vector(t, testdata.KEYTAB_SYSHTTP_TEST_GOKRB5))
	if err != nil {
		t.Fatal(err)
	}
	var data types.AuthorizationData
	if err := data.Unmarshal(vector(t, testdata.MarshaledPAC_AuthorizationData_GOKRB5)); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(keys.entries, func(e entry) bool { return e.kvno == 2 && e.key.KeyType == 18 })
	p := readAuthorization(data, keys.entries[i].key)
	want := authtoken.PAC{
		User: "testuser1", Domain: "TEST", UPN: "testuser1@test.gokrb5", DNSDomain: "TEST.GOKRB5",
		UserSID: "S-1-5-21-3167651404-3865080224-2280184895-1105", PrimaryGroup: "S-1-5-21-3167651404-3865080224-2280184895-513", Verified: true,
	}
	groups := p.Groups
	got := *p
	got.Groups = nil
	if got.User != want.User || got.Domain != want.Domain || got.UPN != want.UPN || got.DNSDomain != want.DNSDomain ||
		got.UserSID != want.UserSID || got.PrimaryGroup != want.PrimaryGroup || !got.Verified || got.Problem != "" {
		t.Errorf("%+v, want %+v", got, want)
	}
	if !slices.Contains(groups, "S-1-5-21-3167651404-3865080224-2280184895-513") || len(groups) != 7 {
		t.Errorf("groups %v", groups)
	}
	wrong := keys.entries[i].key
	wrong.KeyValue = bytes.Repeat([]byte{1}, len(wrong.KeyValue))
	if readAuthorization(data, wrong).Verified {
		t.Error("another key verifies the signature")
	}
}

// FuzzOpenTicket: no octets make the opening panic, and what is opened is not changed.
func FuzzOpenTicket(f *testing.F) {
	r := usual()
	k := parsed(f, r.keys(f))
	f.Add(r.octets(f))
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		if k.OpenTicket(b) == nil || !bytes.Equal(before, b) {
			t.Fail()
		}
	})
}

// FuzzSealed: what an enemy who knows the key may have sealed.
func FuzzSealed(f *testing.F) {
	r := usual()
	keys := r.keys(f)
	key := keys.Entries[0].Key
	k := parsed(f, keys)
	var req messages.APReq
	if err := req.Unmarshal(r.octets(f)); err != nil {
		f.Fatal(err)
	}
	plain, err := crypto.DecryptEncPart(req.Ticket.EncPart, key, keyusage.KDC_REP_TICKET)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(plain, []byte{0x62, 0})
	f.Fuzz(func(t *testing.T, ticket, authenticator []byte) {
		sealed := req
		if sealed.Ticket.EncPart, err = crypto.GetEncryptedData(ticket, key, keyusage.KDC_REP_TICKET, 2); err != nil {
			t.Skip()
		}
		opened := k.open(&sealed.Ticket)
		if sealed.EncryptedAuthenticator, err = crypto.GetEncryptedData(authenticator, key, keyusage.AP_REQ_AUTHENTICATOR, 0); err == nil {
			openAuthenticator(&opened.opened, &sealed, key)
		}
	})
}

// FuzzPAC: its lengths and counts are the sender's.
func FuzzPAC(f *testing.F) {
	f.Add(vector(f, testdata.MarshaledPAC_AD_WIN2K_PAC))
	logon := vector(f, testdata.MarshaledPAC_Kerb_Validation_Info_Trust)
	f.Add(slices.Concat([]byte{1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0}, binary.LittleEndian.AppendUint32(nil, uint32(len(logon))), []byte{24, 0, 0, 0, 0, 0, 0, 0}, logon))
	f.Fuzz(func(t *testing.T, b []byte) {
		p := readPAC(b, types.EncryptionKey{KeyType: 18, KeyValue: make([]byte, 32)})
		if len(p.Groups) > maxGroups || len(p.User) > 2*len(b) {
			t.Errorf("%d groups, user of %d octets, from %d octets", len(p.Groups), len(p.User), len(b))
		}
	})
}

// FuzzParse: keytabs are the operator's, and may be any file.
func FuzzParse(f *testing.F) {
	b, _ := usual().keys(f).Marshal()
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		if k, err := Parse(b); err == nil && len(k.principals()) == 0 {
			t.Error("a keytab without keys")
		}
	})
}

func BenchmarkOpenTicket(b *testing.B) {
	r := usual()
	octets := r.octets(b)
	b.Run("first", func(b *testing.B) {
		k := parsed(b, r.keys(b))
		b.ReportAllocs()
		b.SetBytes(int64(len(octets)))
		for b.Loop() {
			clear(k.seen)
			k.ring = k.ring[:0]
			k.OpenTicket(octets)
		}
	})
	b.Run("again", func(b *testing.B) {
		k := parsed(b, r.keys(b))
		b.ReportAllocs()
		b.SetBytes(int64(len(octets)))
		for b.Loop() {
			k.OpenTicket(octets)
		}
	})
}
