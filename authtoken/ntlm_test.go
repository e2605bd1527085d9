package authtoken

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// find returns the first field with the name, in the order of reading.
func find(f Field, name string) (Field, bool) {
	if f.Name == name {
		return f, true
	}
	for _, part := range f.Fields {
		if found, ok := find(part, name); ok {
			return found, true
		}
	}
	return Field{}, false
}

// value is the value of the first field with the name below the root;
// "(absent)" if there is none.
func value(token *Token, name string) string {
	for _, part := range token.Tree.Fields {
		if f, ok := find(part, name); ok {
			return f.Value
		}
	}
	return "(absent)"
}

// authenticateV1 is an AUTHENTICATE_MESSAGE with a header of the given size and
// the given responses, names in the given encoding.
func authenticateV1(size int, flags uint32, encode func(string) []byte, user string, lm, nt []byte) []byte {
	numbers := map[int]uint32{}
	if size >= 64 {
		numbers[60] = flags
	}
	return ntlmMessageOf(3, header(size, numbers),
		payloadField{28, encode("CONTOSO")}, payloadField{36, encode(user)}, payloadField{44, encode("SP01")},
		payloadField{12, lm}, payloadField{20, nt})
}

func oem(text string) []byte { return []byte(text) }

func TestNTLMVersions(t *testing.T) {
	nonce := append(secret(8), make([]byte, 16)...)
	tests := []struct {
		name  string
		token []byte
		want  string
		user  string
	}{
		{"v2", authenticateV2(), versionNTLMv2, "svc-sp"},
		{"v1", authenticateV1(64, ntlmUnicode, utf16le, "alice", secret(24), secret(24)), versionNTLMv1, "alice"},
		{"v1 with session security", authenticateV1(72, ntlmUnicode|ntlmExtended, utf16le, "alice", nonce, secret(24)), versionNTLMv1ESS, "alice"},
		{"v1 in spite of the flag", authenticateV1(64, ntlmUnicode|ntlmExtended, utf16le, "alice", secret(24), secret(24)), versionNTLMv1, "alice"},
		{"LM only", authenticateV1(64, 0, oem, "alice", secret(24), nil), versionLM, "alice"},
		{"Windows 9x without flags", authenticateV1(52, 0, oem, "alice", secret(24), nil), versionLM, "alice"},
		{"Windows 9x in UTF-16", authenticateV1(52, 0, utf16le, "alice", secret(24), secret(24)), versionNTLMv1, "alice"},
		{"UTF-16 with flags of zero, as JavaMail sends it", authenticateV1(64, 0, utf16le, "alice", secret(24), secret(24)), versionNTLMv1, "alice"},
		{"UTF-16 in spite of the flags", authenticateV1(64, 0x200, utf16le, "alice", secret(24), secret(24)), versionNTLMv1, "alice"},
		{"session security with flags of zero", authenticateV1(64, 0, utf16le, "alice", nonce, secret(24)), versionNTLMv1ESS, "alice"},
		{"session security without flags", authenticateV1(52, 0, oem, "alice", nonce, secret(24)), versionNTLMv1ESS, "alice"},
		{"anonymous", authenticateV1(64, ntlmAnonymous, oem, "", []byte{0}, nil), versionAnonymous, ""},
		{"anonymous without the flag", authenticateV1(64, 0, oem, "", nil, nil), versionAnonymous, ""},
		{"local call", authenticateV1(64, ntlmLocalCall, oem, "alice", nil, nil), versionLocal, "alice"},
		{"local call without a user", authenticateV1(64, ntlmLocalCall, oem, "", nil, nil), versionLocal, ""},
		{"local call of nobody", authenticateV1(64, ntlmLocalCall|ntlmAnonymous, oem, "", nil, nil), versionAnonymous, ""},
		{"v1, and no nonce in the LM response", authenticateV1(64, ntlmUnicode|ntlmExtended, utf16le, "alice", make([]byte, 24), secret(24)), versionNTLMv1, "alice"},
		{"anonymous with an LM response", authenticateV1(64, ntlmAnonymous, oem, "", secret(24), nil), versionAnonymous, ""},
		{"no response", authenticateV1(64, 0, oem, "alice", nil, nil), versionNone, "alice"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			x := NewExchange("NTLM", Options{})
			token := x.Add(Client, test.token)
			if token.Kind != KindAuthenticate || token.Damage != nil {
				t.Fatalf("%s, damage %v", token.Kind, token.Damage)
			}
			if x.NTLM.Version != test.want || x.NTLM.User != test.user {
				t.Errorf("version %q of user %q, want %q of %q", x.NTLM.Version, x.NTLM.User, test.want, test.user)
			}
			if x.NTLM.Domain != "CONTOSO" || x.NTLM.Workstation != "SP01" {
				t.Errorf("domain %q, workstation %q", x.NTLM.Domain, x.NTLM.Workstation)
			}
		})
	}
}

// TestNTLMCutBeforeResponse: a message that ends before its responses is still
// an NTLMv2 one by its header, not an anonymous one.
func TestNTLMCutBeforeResponse(t *testing.T) {
	x := NewExchange("NTLM", Options{})
	token := x.Add(Client, authenticateV2()[:110])
	if x.NTLM.Version != versionNTLMv2 || token.Damage == nil {
		t.Errorf("version %q, damage %v", x.NTLM.Version, token.Damage)
	}
}

func TestNTLMSummary(t *testing.T) {
	noon := time.Date(2026, 11, 2, 12, 0, 0, 123456700, time.UTC)
	x := NewExchange("GSSAPI", Options{})
	x.Add(Client, unbase64(specNegotiate))
	x.Add(Server, challengeModern())
	token := x.Add(Client, authenticateV2())
	want := &NTLM{
		Version: versionNTLMv2, User: "svc-sp", Domain: "CONTOSO", Workstation: "SP01",
		ServerName: "EX01", ServerDomain: "CONTOSO", ServerDNS: "ex01.contoso.test",
		ServerDNSDomain: "contoso.test", ServerForest: "forest.test", TargetName: "CONTOSO",
		TargetSPN: "SMTPSVC/10.1.2.9", UntrustedSPN: true, MIC: true, ChannelBinding: "absent",
		ClientVersion: "10.0.20348", ServerVersion: "10.0.20348", ServerTime: noon,
		Flags: []string{"NEGOTIATE_UNICODE", "REQUEST_TARGET", "NEGOTIATE_SIGN", "NEGOTIATE_NTLM", "NEGOTIATE_ALWAYS_SIGN",
			"NEGOTIATE_EXTENDED_SESSIONSECURITY", "NEGOTIATE_TARGET_INFO", "NEGOTIATE_VERSION", "NEGOTIATE_128",
			"NEGOTIATE_KEY_EXCH", "NEGOTIATE_56"},
	}
	if diff := cmp.Diff(want, x.NTLM); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for name, want := range map[string]string{
		"LmChallengeResponse": "24 octets of zero", "NTProofStr": Redacted, "ChallengeFromClient": Redacted,
		"EncryptedRandomSessionKey": Redacted, "MIC": "a4a3a2a1000000000000000000000000",
		"MsvAvFlags":           "0x00000006, MIC present, untrusted SPN",
		"MsvAvTargetName":      "SMTPSVC/10.1.2.9",
		"MsvAvChannelBindings": "absent (16 octets of zero)", "AvId 11": "3 octets",
		"TimeStamp": "2026-11-02T12:00:00.1234567Z", "Version": "10.0.20348 (NTLM revision 15)",
	} {
		if got := value(token, name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
}

func TestNTLMChannelBindingPresent(t *testing.T) {
	message := ntlmMessageOf(3, header(88, map[int]uint32{60: modernFlags}),
		payloadField{36, utf16le("svc")}, payloadField{20, ntlmv2Response(0, filetimeNoon, "SMTPSVC/ex01")})
	x := NewExchange("NTLM", Options{})
	token := x.Add(Client, message)
	if x.NTLM.ChannelBinding != "present" || x.NTLM.MIC || x.NTLM.TargetSPN != "SMTPSVC/ex01" {
		t.Errorf("%+v, damage %v", x.NTLM, token.Damage)
	}
}

// TestNTLMFlagsOfTheChallenge: names that no octet betrays are read as the challenge
// said, where the answer to it sets no flag.
func TestNTLMFlagsOfTheChallenge(t *testing.T) {
	x := NewExchange("NTLM", Options{})
	x.Add(Server, ntlmMessageOf(2, header(48, map[int]uint32{20: ntlmUnicode}), payloadField{12, utf16le("CONTOSO")}))
	x.Add(Client, authenticateV1(64, 0, utf16le, "\u7528\u6237", secret(24), secret(24)))
	if x.NTLM.User != "\u7528\u6237" {
		t.Errorf("user %q", x.NTLM.User)
	}
}

// TestNTLMMICWithoutRoom: the AV pair promises a MIC where the payload begins.
func TestNTLMMICWithoutRoom(t *testing.T) {
	message := ntlmMessageOf(3, header(72, map[int]uint32{60: modernFlags}),
		payloadField{36, utf16le("svc")}, payloadField{20, ntlmv2Response(avFlagMIC, filetimeNoon, "x")})
	x := NewExchange("NTLM", Options{})
	if token := x.Add(Client, message); x.NTLM.MIC || token.Damage == nil {
		t.Errorf("MIC %v, damage %v", x.NTLM.MIC, token.Damage)
	}
}

func TestNTLMShortNegotiate(t *testing.T) {
	tests := []struct {
		name   string
		token  []byte
		domain string
		damage bool
	}{
		{"flags only", header16(0x00008207), "", false},
		{"names", ntlmMessageOf(1, header(32, map[int]uint32{12: 0xB207}), payloadField{16, oem("CONTOSO")}, payloadField{24, oem("SP01")}), "CONTOSO", false},
		{"names in UTF-16", ntlmMessageOf(1, header(32, map[int]uint32{12: 0xB207}), payloadField{16, utf16le("CONTOSO")}, payloadField{24, utf16le("SP01")}), "CONTOSO", false},
		{"cut in the fields", unbase64(specNegotiate)[:20], "", true},
		{"type only", unbase64(specNegotiate)[:12], "", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			x := NewExchange("NTLM", Options{})
			token := x.Add(Client, test.token)
			if token.Kind != KindNegotiate || (token.Damage != nil) != test.damage || x.NTLM.Domain != test.domain {
				t.Errorf("%s, domain %q, damage %v", token.Kind, x.NTLM.Domain, token.Damage)
			}
		})
	}
}

func header16(flags uint32) []byte { return ntlmMessageOf(1, header(16, map[int]uint32{12: flags})) }

// TestNTLMOffsetsOfTheSender: lengths and offsets at the edges of their types.
func TestNTLMOffsetsOfTheSender(t *testing.T) {
	tests := []struct {
		name                 string
		size                 uint16
		offset               uint32
		wantDamage, wantUser string
	}{
		{"past the end", 8, 0xFFFFFFFF, "Authenticate.UserName at octet 36: offset 4294967295 goes past the end (90 octets)", ""},
		{"longer than the message", 0xFFFF, 88, "Authenticate.UserName at octet 36: length 65535 at offset 88 goes past the end (90 octets)", "a"},
		{"at the end", 2, 90, "Authenticate.UserName at octet 36: offset 90 goes past the end (90 octets)", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			message := ntlmMessageOf(3, header(88, map[int]uint32{60: ntlmUnicode}), payloadField{44, utf16le("a")})
			message[36], message[37] = byte(test.size), byte(test.size>>8)
			for i := range 4 {
				message[40+i] = byte(test.offset >> (8 * i))
			}
			x := NewExchange("NTLM", Options{})
			token := x.Add(Client, message)
			checkToken(t, token, message)
			if token.Damage == nil || token.Damage.Error() != test.wantDamage || x.NTLM.User != test.wantUser {
				t.Errorf("user %q, damage %v", x.NTLM.User, token.Damage)
			}
		})
	}
}

func TestNTLMFlagsByName(t *testing.T) {
	got := ntlmFlagNames(0xFFFFFFFF)
	if len(got) != 32 || got[0] != "NEGOTIATE_UNICODE" || got[3] != "0x00000008" || got[31] != "NEGOTIATE_56" {
		t.Errorf("%q", got)
	}
}

func TestFiletime(t *testing.T) {
	tests := []struct {
		name  string
		ticks uint64
		want  time.Time
	}{
		{"none", 0, time.Time{}},
		{"epoch", 116444736000000000, time.Unix(0, 0).UTC()},
		{"never", 0x7FFFFFFFFFFFFFFF, time.Time{}},
		{"all ones", ^uint64(0), time.Time{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := filetime(test.ticks); !got.Equal(test.want) {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}
