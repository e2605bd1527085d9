package authtoken

import (
	"strings"
	"testing"
)

// TestOAuthSeparators: whatever stands where ^A belongs, the token is no part of
// the user.
func TestOAuthSeparators(t *testing.T) {
	tests := []struct {
		name, mechanism, token string
		user                   string
	}{
		{"as it should be", "XOAUTH2", "user=alice@contoso.test\x01auth=Bearer S3cretMarker\x01\x01", "alice@contoso.test"},
		{"spaces", "XOAUTH2", "user=alice auth=Bearer S3cretMarker", "alice"},
		{"no-break space", "XOAUTH2", "user=alice\u00a0S3cretMarker", "alice"},
		{"line feeds", "XOAUTH2", "user=alice\nauth=Bearer S3cretMarker\n\n", "alice"},
		{"NUL", "XOAUTH2", "user=alice\x00S3cretMarker", "alice"},
		{"^A in two characters", "XOAUTH2", "user=alice^Aauth=Bearer S3cretMarker^A^A", "alice"},
		{"^A in two characters, no scheme", "XOAUTH2", "user=alice^AS3cretMarker^A^A", "alice"},
		{"escaped in C", "XOAUTH2", `user=alice\x01auth=BearerS3cretMarker\x01`, "alice"},
		{"escaped in a URL", "XOAUTH2", "user=alice%01auth=Bearer%20S3cretMarker%01%01", "alice"},
		{"nothing between", "XOAUTH2", "user=aliceauth=Bearer S3cretMarker", "alice"},
		{"nothing between, in capitals", "XOAUTH2", "user=aliceAUTH=BEARERS3cretMarker", "alice"},
		{"host runs into the token", "XOAUTH2", "user=alice\x01host=h auth=Bearer S3cretMarker\x01\x01", "alice"},
		{"path runs into the token", "XOAUTH2", "user=alice\x01path=/^Aauth=Bearer S3cretMarker\x01\x01", "alice"},
		{"a character that grows in lower case", "XOAUTH2", "user=\u023A\u023Aauth=S3cretMarker", "\u023A\u023A"},
		{"bearer's authzid", "OAUTHBEARER", "n,a=alice S3cretMarker,\x01auth=Bearer S3cretMarker\x01\x01", "alice"},
		{"bearer's authzid with ^A", "OAUTHBEARER", "n,a=alice^Aauth=Bearer S3cretMarker,\x01\x01", "alice"},
		{"bearer's authzid with control", "OAUTHBEARER", "n,a=alice\x01auth=Bearer S3cretMarker\x01\x01,", "alice"},
		{"bearer without ^A", "OAUTHBEARER", "n,a=alice,auth=Bearer S3cretMarker", "alice"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			x := NewExchange(test.mechanism, Options{})
			token := x.Add(Client, []byte(test.token))
			checkToken(t, token, []byte(test.token))
			checkSecrets(t, x, token)
			if x.SASL == nil || x.SASL.User != test.user {
				t.Errorf("%+v, want the user %q", x.SASL, test.user)
			}
		})
	}
}

func TestOAuthError(t *testing.T) {
	long := strings.Repeat("a b ", 500)
	tests := []struct{ name, token, want string }{
		{"usual", `{"status":"401","schemes":"bearer","scope":"https://mail.google.com/"}`, "status=401 schemes=bearer scope=https://mail.google.com/"},
		{"other members", `{"status":"401","token":"S3cretMarker","openid-configuration":"S3cretMarker","x":{"y":"S3cretMarker"}}`, "status=401"},
		{"token in the scope", `{"scope":"x S3cretMarkerS3cret_-y.S3cretMarkerS3cret"}`, "scope=x " + Redacted + "." + Redacted},
		{"short run in the scope", `{"scope":"User.Read offline_access"}`, "scope=User.Read offline_access"},
		{"long scope", `{"scope":"` + long + `"}`, "scope=" + long[:maxErrorValue] + "…"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			x := NewExchange("XOAUTH2", Options{})
			token := x.Add(Server, []byte(test.token))
			checkToken(t, token, []byte(test.token))
			checkSecrets(t, x, token)
			if x.SASL.Error != test.want {
				t.Errorf("%q, want %q", x.SASL.Error, test.want)
			}
		})
	}
	x := NewExchange("XOAUTH2", Options{})
	checkSecrets(t, x, x.Add(Server, []byte("no: S3cretMarkerS3cretMarker")))
}

// TestOAuthErrorEcho: a token too short to be known by its form is known as the
// one that the client sent.
func TestOAuthErrorEcho(t *testing.T) {
	for _, show := range []bool{false, true} {
		x := NewExchange("XOAUTH2", Options{ShowSecrets: show})
		x.Add(Client, []byte("user=alice\x01auth=Bearer S3cretMarker\x01\x01"))
		x.Add(Server, []byte(`{"status":"401","scope":"for S3cretMarker"}`))
		want := "status=401 scope=for " + Redacted
		if show {
			want = "status=401 scope=for S3cretMarker"
		}
		if x.SASL.Error != want {
			t.Errorf("%q, want %q", x.SASL.Error, want)
		}
	}
}
