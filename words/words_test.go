package words

import (
	"slices"
	"testing"
	"time"

	"smtpscope/authtoken"
	"smtpscope/smtpparse"
	"smtpscope/tlsparse"
)

func TestWords(t *testing.T) {
	for got, want := range map[string]string{
		Grouped(0):                      "0",
		Grouped(999):                    "999",
		Grouped(1000):                   "1,000",
		Grouped(-123456):                "-123,456",
		Grouped(-1234567):               "-1,234,567",
		Count(1, "octet"):               "1 octet",
		Count(1204, "octet"):            "1,204 octets",
		Size(999):                       "999 B",
		Size(999.6):                     "1.00 kB",
		Size(12_340):                    "12.3 kB",
		Size(123_400_000):               "123 MB",
		Frames(7, 7):                    "frame 7",
		Frames(7, 9):                    "frames 7-9",
		Join(", ", "a", "", "b"):        "a, b",
		With("of ", ""):                 "",
		Stamp(time.Time{}):              "",
		Stamp(time.Unix(1<<40, 0)):      "",
		Stamp(time.Unix(0, 5_000_000)):  "1970-01-01 00:00:00.005Z",
		Reply(535, "5.7.8", "5.7.8 No"): "535 5.7.8 No",
		Reply(535, "5.7.8", "No"):       "535 5.7.8 No",
		Reply(0, "5.7.8", "No"):         "",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestLogin: facts come as long as somebody wants them, and none is empty.
func TestLogin(t *testing.T) {
	kvno := 3
	a := &smtpparse.Auth{Mixed: true, TLS: true,
		SPNEGO:   &authtoken.SPNEGO{NegState: "reject"},
		Kerberos: &authtoken.Kerberos{APReq: true, SPN: "smtp/mail", Realm: "EXAMPLE", KVNO: &kvno},
		NTLM:     &authtoken.NTLM{Version: "NTLMv2", User: "alice", ChannelBinding: "absent", Flags: []string{"NEGOTIATE_SEAL"}},
		SASL:     &authtoken.SASL{JWT: &authtoken.JWT{Claims: map[string]string{"upn": "alice@example", "aud": ""}}},
	}
	var names []string
	for f := range Login(a) {
		if f.Value == "" {
			t.Errorf("%s is empty", f.Name)
		}
		names = append(names, f.Name)
	}
	if want := []string{"mixed", "SPNEGO", "ticket", "AP-REQ", "NTLM", "account", "  upn"}; !slices.Equal(names, want) {
		t.Errorf("%q, want %q", names, want)
	}
	for f := range Login(a) {
		if f.Name != "mixed" {
			t.Errorf("%s comes though nobody wants it", f.Name)
		}
		break
	}
	for f := range LoginDetails(a) {
		if f.Name != "flags" || f.Value != "NEGOTIATE_SEAL" {
			t.Errorf("%+v", f)
		}
	}
}

func TestSession(t *testing.T) {
	for got, want := range map[string]string{
		Closing(&smtpparse.Session{Open: true, Close: ""}):                                            "goes on",
		Closing(&smtpparse.Session{Close: "eof"}):                                                     "open when the capture ended",
		Closing(&smtpparse.Session{Close: "new"}):                                                     "new",
		InsideTLS(&smtpparse.TLS{Facts: tlsparse.Facts{Hidden: tlsparse.HiddenWrongKey}}):             "not decrypted: its key does not fit",
		InsideTLS(&smtpparse.TLS{Decrypted: true}):                                                    "decrypted",
		NotKept(&smtpparse.Session{Omitted: map[string]int64{"hello": 2, "auth": 1000}}):              "limits left out: auth 1,000, hello 2",
		Lacks(&smtpparse.Quality{OneSided: true, GapBytes: 5, Gaps: 1}):                               "has one direction only; lacks 5 octets in 1 gap",
		Lacks(&smtpparse.Quality{Retransmissions: 5, OutOfOrder: 1, Duplicates: 3, ConflictFrame: 0}): "",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
