package smtpparse

import (
	"encoding/json"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// seeds are conversations that reach every state.
var seeds = []script{
	"S: 220 mail.test ESMTP\nC: EHLO c\nS: 250-mail.test\nS: 250 PIPELINING\nC~ MAIL FROM:<a@x>\\r\\nRCPT TO:<b@x>\\r\\nDATA\\r\\n\nS~ 250 ok\\r\\n250 ok\\r\\n354 go\\r\\n\nC~ Subject: x\\r\\nContent-Type: multipart/mixed; boundary=b\\r\\n\\r\\n--b\\r\\nContent-Disposition: attachment; filename=f\\r\\n\\r\\nx\\r\\n--b--\\r\\n.\\r\\nQUIT\\r\\n\nS~ 250 ok\\r\\n221 bye\\r\\n",
	"S: 220 x\nC: AUTH GSSAPI\nS: 334 GSSAPI supported\nC: TlRMTVNTUAABAAAAt4II4gAAAAAAAAAAAAAAAAAAAAAFAs4OAAAADw==\nS: 334 \nC! 10\nC: *\nS: 501 5.0.0 no\nC: AUTH LOGIN\nS: 535 5.7.8 no\nC: cGFzc3dvcmQ=\nS: 500 bad cGFzc3dvcmQ=",
	"S: 220 x\nC~ STARTTLS\\r\\nRSET\\r\\n\nS~ 220 go\\r\\n250 injected\\r\\n\nC~ \\x16\\x03\\x01\\x00\\x05hello\nS~ \\x16\\x03\\x03\\x00\\x01x\nCT: EHLO y\nST: 250 y\nCT! 0\nCT: QUIT",
	"S: 220 x\nC~ MAIL FROM:<a@x>\\r\\nRCPT TO:<b@x>\\r\\nBDAT 5\\r\\nhelloBDAT 0 LAST\\r\\nQUIT\\r\\n\nS~ 250 ok\\r\\n250 ok\\r\\n250 ok\\r\\n250 ok\\r\\n221 x\\r\\n",
	"S: 220 x\nC: MAIL FROM:<a>\nS: 250 x\nC: RCPT TO:<b>\nS: 250 x\nC: DATA\nS: 354 x\nC~ a\\n.\\nMAIL FROM:<c>\\r\\nb\\r.\\rc\\r\\n.\\rd\\r\\n.\\r\\n\nS: 250 x\nS: 250 x\nS! 40\nC! 3\nC: RSET",
	"S: 220 x\nC: MAIL FROM:<a>\nS: 250 x\nC: RCPT TO:<b>\nS: 250 x\nC: DATA\nS: 354 x\nC~ a\\n.\\nMAIL FROM:<c>\\r\\nRCPT TO:<b>\\r\\nDATA\\r\\nb\\n.\\r\\nNOOP\\r\\n\\r\\n.\\r\\nQU\n" +
		"S~ 250 x\\r\\n250 x\\r\\n250 x\\r\\n354 x\\r\\n250 x\\r\\n250 x\\r\\n\nC: IT\nS: 221 x",
	"C~ \\r\\n\\r\\n\\x00\\r\\nQUIT\\n\\x21\\x11\\x00\\x0c\\xc0\\x00\\x02\\x01\\xc0\\x00\\x02\\x02\\x00\\x19\\x00\\x1a\nS: 220 x\nC: LHLO x\nS: 250 x\nC: XCLIENT ADDR=IPV6:2001:db8::1 PORT=1\nS: 220 x",
	"C: PROXY TCP4 192.0.2.1 192.0.2.2 1 25\nS: 220 x\nC: XEXCH50 4 2\nS: 354 x\nC~ abcdNOOP\\r\\n\nS: 250 x\nS: 421 bye",
	"S: 220 x\nC: AUTH GSSAPI BQQE/w==\nS: 235 ok\nC~ \\x00\\x00\\x00\\x14\\x05\\x04\\x00\\xff\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00QUIT\nS~ \\x00\\x00",
}

func addSeeds(f *testing.F) {
	for _, s := range seeds {
		f.Add(string(s), uint64(1), false)
		f.Add(string(s), uint64(2), true)
	}
}

// FuzzSplit holds that splitting never changes a session, whatever is said and
// wherever octets are missing.
func FuzzSplit(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, text string, seed uint64, midstream bool) {
		turns, _ := script(text).turns()
		o := Options{Midstream: midstream, Limits: Limits{Line: 200, Dialogue: 50, Anomalies: 20, Header: 300, Recipients: 3, Messages: 3, Auth: 3, Capabilities: 5}}
		want := play(turns, o, whole)
		for _, split := range []splitter{bytewise, random(seed)} {
			if diff := cmp.Diff(want, play(turns, o, split), cmpopts.EquateComparable(netip.Addr{})); diff != "" {
				t.Errorf("the session depends on the split (-whole +split)\n%s", diff)
			}
		}
	})
}

// FuzzParser holds that nothing panics and that a session can be printed.
func FuzzParser(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, text string, seed uint64, midstream bool) {
		turns, _ := script(text).turns()
		p := NewParser(Options{Midstream: midstream})
		for range 2 {
			playOn(p, turns, random(seed))
			if _, err := json.Marshal(p.Session()); err != nil {
				t.Error(err)
			}
			p.Reset(!midstream)
		}
	})
}

// FuzzLooksLike holds that a guess once made stays when more octets come.
func FuzzLooksLike(f *testing.F) {
	for _, s := range []string{"220 mail ESMTP\r\n", "EHLO x\r\n", "\x16\x03\x01\x02\x00\x01", "PROXY TCP4 1.2.3.4 1.2.3.5 1 2\r\n", "220-FTP", "NOOP\r\nMAIL FROM:<a>\r\n", "\r\n\r\n\x00\r\nQUIT\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		settled := GuessMore
		for n := range len(data) + 1 {
			g := LooksLike(data[:n])
			if settled != GuessMore && g == GuessMore {
				t.Fatalf("%q: %d octets were enough, %d are not", data, n-1, n)
			}
			settled = g
		}
	})
}
