package smtpparse

import (
	"strings"
	"testing"
)

// wrapped is an unsealed RFC 4121 wrap token around text, with a checksum of
// twelve zero octets, behind its length (RFC 4752: four octets).
func wrapped(text string) string {
	token := "\x05\x04\x00\xff\x00\x0c\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" + text + strings.Repeat("\x00", 12)
	return "\x00\x00\x00" + string(rune(len(token))) + token
}

func sealed(n int) string {
	return "\x00\x00\x00" + string(rune(n+16)) + "\x05\x04\x02\xff\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" + strings.Repeat("z", n)
}

func layerTurns(t *testing.T) []turn {
	t.Helper()
	turns, err := script(greeted + "C: AUTH GSSAPI YGcG\nS: 235 ok").turns()
	if err != nil {
		t.Fatal(err)
	}
	return turns
}

func TestIntegrityLayerIsRead(t *testing.T) {
	turns := append(layerTurns(t),
		turn{data: []byte(wrapped("MAIL FROM:<a@x>\r\nRCPT") + wrapped(" TO:<b@x>\r\n"))},
		turn{dir: Server, data: []byte(wrapped("250 ok\r\n250 ok\r\n"))},
	)
	s := sameForAllSplits(t, turns, Options{})
	if got := messages(s); len(got) != 1 || got[0] != "a@x>b@x=250 DATA 0 cut 0" {
		t.Errorf("%q\n%s", got, dialogue(s))
	}
}

func TestSealedLayerIsFolded(t *testing.T) {
	turns := append(layerTurns(t),
		turn{data: []byte(sealed(10) + sealed(20))},
		turn{dir: Server, data: []byte(sealed(5))},
		turn{gap: 3, isGap: true},
		turn{data: []byte("anything")},
	)
	s := sameForAllSplits(t, turns, Options{})
	want := "C6 secured [70]\nS7 secured [25]\nC8 gap [3]\nC9 secured [8]\n"
	if got := dialogue(s); !strings.HasSuffix(got, want) {
		t.Error(got)
	}
}

// TestLayerOfAnyOctets holds that buffers are told by what the client chose: those
// of DIGEST-MD5 with integrity begin with the message itself (RFC 2831, section 2.3).
func TestLayerOfAnyOctets(t *testing.T) {
	s := script(greeted+`
C: AUTH DIGEST-MD5
S: 334 `+b64(`realm="x",nonce="n",qop="auth,auth-int",charset=utf-8,algorithm=md5-sess`)+`
C: `+b64(`username="a",realm="x",nonce="n",cnonce="c",nc=00000001,qop=auth-int,digest-uri="smtp/x",response=00112233445566778899aabbccddeeff`)+`
S: 334 `+b64(`rspauth=00112233445566778899aabbccddeeff`)+`
C:
S: 235 ok
C~ \x00\x00\x00\x16NOOP\r\nMAC-of-10.\x00\x01\x00\x00\x00\x00
`).run(t, Options{})
	last := s.Dialogue[len(s.Dialogue)-1]
	if last.Kind != LineSecure || last.Octets != 4+22 {
		t.Errorf("%+v\n%s", last, dialogue(s))
	}
}

func TestNonsenseInLayer(t *testing.T) {
	turns := append(layerTurns(t), turn{data: []byte(sealed(10) + "\xff\xff\xff\xffQUIT\r\n")})
	s := sameForAllSplits(t, turns, Options{})
	if got := anomalies(s); len(got) != 1 || got[0] != "bad-sasl-layer@6" {
		t.Errorf("%q", got)
	}
}

func TestNoLayerAfterAll(t *testing.T) {
	turns := append(layerTurns(t), turn{data: []byte("\x00\x00MAIL FROM:<a@x>\r\n")}, turn{data: []byte("QUIT\r\n")})
	s := sameForAllSplits(t, turns, Options{})
	if got := dialogue(s); !strings.HasSuffix(got, "C7 command QUIT\n") {
		t.Error(got)
	}
}
