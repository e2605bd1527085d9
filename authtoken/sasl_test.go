package authtoken

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSASLSummary(t *testing.T) {
	expires := time.Unix(1795449600, 0).UTC()
	jwt := &JWT{Algorithm: "RS256", KeyID: "key-1", Expires: expires, Claims: map[string]string{
		"iss": "https://sts.test/", "aud": "smtp imap", "upn": "sp@contoso.test", "exp": "1795449600", "admin": "true", "x": "{…}"}}
	tests := []struct {
		sample string
		want   *SASL
	}{
		{"plain", &SASL{User: "alice@contoso.test", AuthzID: "boss@contoso.test", Password: Redacted}},
		{"plain without nul", nil},
		{"login user", &SASL{User: `CONTOSO\alice`}},
		{"cram response", &SASL{User: "alice"}},
		{"digest response", &SASL{User: `al"ice`, AuthzID: "boss", Realm: "contoso.test"}},
		{"scram client first", &SASL{User: "al,ice", AuthzID: "boss", ChannelBinding: "tls-exporter"}},
		{"scram server first", &SASL{Iterations: 4096}},
		{"scram server error", &SASL{Error: "invalid-proof"}},
		{"xoauth2", &SASL{User: "sp@contoso.test", Password: Redacted, JWT: jwt}},
		{"xoauth2 error", &SASL{Error: `status=401 schemes=bearer scope=https://mail\x1b/`}},
		{"oauthbearer", &SASL{User: "sp@contoso.test", AuthzID: "sp@contoso.test", ChannelBinding: "none", Password: Redacted, JWT: jwt}},
		{"external", &SASL{AuthzID: "sp@contoso.test"}},
		{"anonymous", &SASL{Trace: `trace \u202e me`}},
		{"gs2", &SASL{AuthzID: "svc,sp", ChannelBinding: "tls-exporter"}},
	}
	samples := map[string]sample{}
	for _, s := range corpus() {
		samples[s.name] = s
	}
	for _, test := range tests {
		t.Run(test.sample, func(t *testing.T) {
			s := samples[test.sample]
			x := NewExchange(s.mechanism, Options{})
			x.Add(s.from, s.token)
			if diff := cmp.Diff(test.want, x.SASL); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestLoginOrder: what is a user and what a password is told by the order, and
// nothing that may be a password is ever shown.
func TestLoginOrder(t *testing.T) {
	type said struct {
		from Side
		text string
	}
	tests := []struct {
		name     string
		said     []said
		user     string
		password string
	}{
		{"as usual", []said{{Server, "Username:"}, {Client, "alice"}, {Server, "Password:"}, {Client, "S3cretMarker"}}, "alice", Redacted},
		{"initial response", []said{{Client, "alice"}, {Server, "Password:"}, {Client, "S3cretMarker"}}, "alice", Redacted},
		{"another language", []said{{Server, "Benutzername:"}, {Client, "alice"}, {Server, "Kennwort:"}, {Client, "S3cretMarker"}}, "alice", Redacted},
		{"asks for the password first", []said{{Server, "PASSWORD:"}, {Client, "S3cretMarker"}}, "", Redacted},
		{"asks for the user twice", []said{{Server, "Username:"}, {Client, "alice"}, {Server, "Username:"}, {Client, "S3cretMarker"}}, "alice", Redacted},
		{"a third answer", []said{{Client, "alice"}, {Client, "S3cretMarker"}, {Client, "S3cretMarker"}}, "alice", Redacted},
		{"empty initial response", []said{{Client, ""}, {Server, "Username:"}, {Client, "alice"}, {Client, "S3cretMarker"}}, "alice", Redacted},
		{"empty password", []said{{Client, "alice"}, {Client, ""}, {Client, "S3cretMarker"}}, "alice", Redacted},
		{"empty prompts", []said{{Server, ""}, {Client, "alice"}, {Server, ""}, {Client, "S3cretMarker"}}, "alice", Redacted},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			x := NewExchange("login", Options{})
			for _, s := range test.said {
				token := x.Add(s.from, []byte(s.text))
				checkToken(t, token, []byte(s.text))
				checkSecrets(t, x, token)
			}
			if x.SASL.User != test.user || x.SASL.Password != test.password {
				t.Errorf("user %q, password %q", x.SASL.User, x.SASL.Password)
			}
		})
	}
}

// TestShowSecrets: with the option, what was masked is there to be read.
func TestShowSecrets(t *testing.T) {
	tests := []struct{ sample, field, want string }{
		{"plain", "passwd", "S3cretMarker"},
		{"plain without nul", "message", "S3cretMarker"},
		{"cram response", "digest", "S3cretMarkerS3cretMarkerS3cretMa"},
		{"digest response", "response", "S3cretMarkerS3cretMarkerS3cretMa"},
		{"scram client final", "proof", "S3cretMarkerS3cretMarker"},
		{"scram server final", "verifier", "S3cretMarkerS3cretMarker"},
		{"xoauth2", "token", jwtToken()},
		{"text of a client", "text", "S3cretMarker"},
		{"ntlm challenge", "ServerChallenge", "533363726574" + "4d61"},
	}
	samples := map[string]sample{}
	for _, s := range corpus() {
		samples[s.name] = s
	}
	for _, test := range tests {
		t.Run(test.sample, func(t *testing.T) {
			s := samples[test.sample]
			shown := NewExchange(s.mechanism, Options{ShowSecrets: true}).Add(s.from, s.token)
			if got := value(shown, test.field); got != test.want {
				t.Errorf("%s = %q, want %q", test.field, got, test.want)
			}
			masked := NewExchange(s.mechanism, Options{}).Add(s.from, s.token)
			if got := value(masked, test.field); got != Redacted {
				t.Errorf("%s = %q without ShowSecrets", test.field, got)
			}
		})
	}
}

func TestSCRAMFields(t *testing.T) {
	x := NewExchange("SCRAM-SHA-256", Options{})
	token := x.Add(Client, []byte("c=cD10bHMtZXhwb3J0ZXIsYT1ib3NzLAECAwQ=,r=abc,x=S3cretMarker,p=S3cretMarker"))
	for name, want := range map[string]string{
		"channel-binding": "p=tls-exporter,a=boss, and 4 octets of binding data", "nonce": "abc",
		"extension x": "12 octets", "proof": Redacted,
	} {
		if got := value(token, name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
}

func TestParseGS2(t *testing.T) {
	tests := []struct {
		name, header  string
		flag, authzid string
		end           int
		ok            bool
	}{
		{"none", "n,,rest", "n", "", 3, true},
		{"not offered", "y,,", "y", "", 3, true},
		{"type and authzid", "p=tls-unique,a=x=2Cy,rest", "p=tls-unique", "x=2Cy", 21, true},
		{"non-standard", "F,n,,rest", "n", "", 5, true},
		{"no second comma", "n,a=x", "", "", 0, false},
		{"something else than authzid", "n,b=x,", "", "", 0, false},
		{"type without name", "p=,,", "", "", 0, false},
		{"type with a space", "p=a b,,", "", "", 0, false},
		{"words", "ntlm supported", "", "", 0, false},
		{"empty", "", "", "", 0, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h, ok := parseGS2([]byte(test.header))
			if ok != test.ok || ok && (string(h.flag) != test.flag || string(h.authzid) != test.authzid || h.end != test.end) {
				t.Errorf("%q %q %d %v", h.flag, h.authzid, h.end, ok)
			}
		})
	}
}

func TestJWT(t *testing.T) {
	tests := []struct {
		name, token string
		ok          bool
	}{
		{"opaque", "ya29.opaque-token", false},
		{"three parts of nothing", "a.b.c", false},
		{"header that is no object", "W10.e30.x", false},
		{"encrypted", "eyJhbGciOiJkaXIifQ..iv.text.tag", true},
		{"no claims", "eyJhbGciOiJub25lIn0.e30.", true},
		{"claim without a name", "eyJhbGciOiJub25lIn0." + base64URL(`{"":"4"}`) + ".", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			jwt, ok := parseJWT([]byte(test.token))
			if ok != test.ok || ok && (jwt.Algorithm == "" || len(jwt.Claims) > 0) {
				t.Errorf("%+v %v", jwt, ok)
			}
		})
	}
}

// TestJWTBounds: a token full of claims is not kept whole.
func TestJWTBounds(t *testing.T) {
	var claims strings.Builder
	claims.WriteString(`{"exp":1e400`)
	for i := range 200 {
		claims.WriteString(`,"c` + strings.Repeat("x", i) + `":"` + strings.Repeat("y", 3000) + `"`)
	}
	claims.WriteString("}")
	encoded := "eyJhbGciOiJub25lIn0." + base64URL(claims.String()) + ".sig"
	jwt, ok := parseJWT([]byte(encoded))
	if !ok || len(jwt.Claims) != maxClaims || !jwt.Expires.IsZero() {
		t.Fatalf("%d claims, expires %v, %v", len(jwt.Claims), jwt.Expires, ok)
	}
	for name, value := range jwt.Claims {
		if len(value) > maxClaim {
			t.Errorf("claim %s has %d octets", name, len(value))
		}
	}
}

func TestOAuthFields(t *testing.T) {
	x := NewExchange("OAUTHBEARER", Options{})
	token := x.Add(Client, []byte("n,a=sp@contoso.test,\x01host=mail.contoso.test\x01port=587\x01odd=S3cretMarker\x01auth=bearer S3cretMarker\x01\x01"))
	checkSecrets(t, x, token)
	got := map[string]string{}
	for _, f := range token.Tree.Fields {
		got[f.Name] = f.Value
	}
	want := map[string]string{"gs2-cb-flag": "n", "authzid": "sp@contoso.test", "host": "mail.contoso.test", "port": "587",
		"pair": "12 octets", "scheme": "bearer", "token": Redacted}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDigestLayer(t *testing.T) {
	tests := []struct {
		name, offered, chosen string
		want                  *SASLLayer
	}{
		{"authentication only", `qop="auth"`, `qop=auth`, nil},
		{"integrity chosen", `qop="auth,auth-int,auth-conf"`, `qop=auth-int`,
			&SASLLayer{Offered: []string{"none", "integrity", "confidentiality"}, Chosen: "integrity"}},
		{"offered and not taken", `qop="auth,auth-int"`, `qop=auth`, &SASLLayer{Offered: []string{"none", "integrity"}, Chosen: "none"}},
		{"challenge not seen", `realm="x"`, `qop="auth-conf"`, &SASLLayer{Offered: []string{}, Chosen: "confidentiality"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			x := NewExchange("DIGEST-MD5", Options{})
			x.Add(Server, []byte(test.offered))
			x.Add(Client, []byte(test.chosen))
			if diff := cmp.Diff(test.want, x.Layer); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestDigestDirectives(t *testing.T) {
	tests := []struct{ name, token, want, damage string }{
		{"spaces and empty elements", ` realm="a b" ,, nonce=x `, "realm=a b nonce=x", ""},
		{"escaped quote", `username="a\"b\\"`, `username=a"b\`, ""},
		{"quote that does not end", `nonce=x,realm="a`, "nonce=x", "digest-md5.response.directive at octet 8: no name=value"},
		{"no value", `S3cretMarker`, "", "digest-md5.response.directive at octet 0: no name=value"},
		{"two names in one", `a,b=c`, "", "digest-md5.response.directive at octet 0: no name=value"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			x := NewExchange("DIGEST-MD5", Options{})
			token := x.Add(Client, []byte(test.token))
			checkSecrets(t, x, token)
			var got []string
			for _, f := range token.Tree.Fields {
				got = append(got, f.Name+"="+f.Value)
			}
			damage := ""
			if token.Damage != nil {
				damage = token.Damage.Error()
			}
			if strings.Join(got, " ") != test.want || damage != test.damage {
				t.Errorf("%q, damage %q", strings.Join(got, " "), damage)
			}
		})
	}
}
