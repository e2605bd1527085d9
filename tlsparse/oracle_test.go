package tlsparse

import (
	"bytes"
	"crypto/tls"
	"fmt"
	mathrand "math/rand/v2"
	"slices"
	"testing"
	"time"

	"smtpscope/tlskeys"
)

// heard is what a parser gave.
type heard struct {
	text  [2]bytes.Buffer
	lost  [2]int
	order []Dir
}

func (h *heard) Plaintext(dir Dir, at Mark, data []byte) {
	h.text[dir].Write(data)
	h.order = append(h.order, dir)
}

func (h *heard) Lost(dir Dir, at Mark, n int64) {
	h.lost[dir]++
	h.text[dir].WriteString("…")
}

// A cutter says how many octets of a piece are fed at once.
type cutter func(int) int

func whole(n int) int { return n }

func single(n int) int { return 1 }

func ragged(seed uint64) cutter {
	r := mathrand.New(mathrand.NewPCG(seed, 1))
	return func(n int) int { return 1 + r.IntN(n) }
}

// play feeds a recording to a new parser.
func play(pieces []piece, o Options, cut cutter) (*heard, *Facts) {
	h := &heard{}
	o.Handler = h
	p := NewParser(o)
	for i, piece := range pieces {
		at := Mark{Frame: int64(i + 1), Time: time.Unix(1800000000, int64(i)).UTC()}
		if piece.gap != 0 {
			p.Gap(piece.dir, at, max(0, piece.gap))
			continue
		}
		for data := piece.data; len(data) > 0; {
			n := cut(len(data))
			p.Feed(piece.dir, at, data[:n])
			data = data[n:]
		}
	}
	p.Close(Mark{Frame: int64(len(pieces) + 1)}, true)
	return h, p.Facts()
}

// keyed are the options with a recording's key log.
func (r *recording) keyed() Options {
	store := tlskeys.NewStore()
	store.Add(r.keylog.Bytes())
	return Options{Keys: store}
}

// check holds what a parser makes of a recording against what was said.
func (r *recording) check(t *testing.T, sessions ...*Sessions) *Facts {
	t.Helper()
	var facts *Facts
	for name, cut := range map[string]cutter{"whole": whole, "bytewise": single, "ragged": ragged(7)} {
		o := r.keyed()
		if len(sessions) > 0 {
			o.Sessions = sessions[0]
		}
		h, f := play(r.pieces, o, cut)
		facts = f
		for _, dir := range []Dir{Client, Server} {
			if got, want := h.text[dir].String(), r.sent[dir].String(); got != want {
				t.Errorf("%s: the %s said %d octets, want %d (hidden %q, malformed %q)", name, dir, len(got), len(want), f.Hidden, f.Malformed)
			}
		}
		if f.Outcome != Done || f.Hidden != "" || f.Malformed != "" {
			t.Errorf("%s: %s, hidden %q, malformed %q", name, f.Outcome, f.Hidden, f.Malformed)
		}
		if want := versionName(r.state.Version); f.Version != want {
			t.Errorf("%s: version %s, want %s", name, f.Version, want)
		}
		if want := tls.CipherSuiteName(r.state.CipherSuite); f.CipherSuite != want {
			t.Errorf("%s: suite %s, want %s", name, f.CipherSuite, want)
		}
	}
	return facts
}

var talk = [][2]string{
	{"EHLO c\r\n", "250 mail.example.test\r\n"},
	{string(bytes.Repeat([]byte("a line of a mail\r\n"), 4000)), "250 OK\r\n"},
	{"QUIT\r\n", "221 bye\r\n"},
}

func TestOracleSuites(t *testing.T) {
	type suite struct {
		id      uint16
		version uint16
	}
	var suites []suite
	for _, s := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		for _, v := range s.SupportedVersions {
			suites = append(suites, suite{s.ID, v})
		}
	}
	for _, s := range suites {
		t.Run(fmt.Sprintf("%s %s", versionName(s.version), tls.CipherSuiteName(s.id)), func(t *testing.T) {
			client := &tls.Config{MinVersion: s.version, MaxVersion: s.version, CipherSuites: []uint16{s.id}}
			server := client.Clone()
			for _, c := range certificates() {
				server.Certificates = append(server.Certificates, c)
			}
			r := record(client, server, talk)
			if r.err != nil {
				t.Skipf("crypto/tls does not speak it: %v", r.err)
			}
			f := r.check(t)
			if f.SNI != "mail.example.test" || len(f.JA3) != 32 || len(f.JA4) != 36 {
				t.Errorf("SNI %q, JA3 %q, JA4 %q", f.SNI, f.JA3, f.JA4)
			}
			if len(f.ServerCertificates) != 1 || !f.ServerCertificates[0].SelfSigned || !f.ServerCertificates[0].Matches("mail.example.test") {
				t.Errorf("certificates %+v", f.ServerCertificates)
			}
			// crypto/tls chooses among the suites of TLS 1.3 itself.
			if s.version < tls.VersionTLS13 && r.state.CipherSuite != s.id {
				t.Errorf("suite %x", r.state.CipherSuite)
			}
		})
	}
}

func TestOracleFeatures(t *testing.T) {
	rsaCert, ecCert := certificates()["RSA"], certificates()["ECDSA"]
	for _, test := range []struct {
		name           string
		client, server *tls.Config
		check          func(t *testing.T, f *Facts)
	}{{
		name:   "HelloRetryRequest",
		client: &tls.Config{CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP521}},
		server: &tls.Config{CurvePreferences: []tls.CurveID{tls.CurveP521}},
		check: func(t *testing.T, f *Facts) {
			if !f.HelloRetryRequest || f.Group != "secp521r1" {
				t.Errorf("%v, group %s", f.HelloRetryRequest, f.Group)
			}
		},
	}, {
		name:   "client certificate in TLS 1.3",
		client: &tls.Config{Certificates: []tls.Certificate{ecCert}},
		server: &tls.Config{ClientAuth: tls.RequireAnyClientCert},
		check: func(t *testing.T, f *Facts) {
			if f.ClientCertificate != "sent" || len(f.ClientCertificates) != 1 {
				t.Errorf("%q, %d", f.ClientCertificate, len(f.ClientCertificates))
			}
		},
	}, {
		name:   "client certificate declined in TLS 1.2",
		client: &tls.Config{MaxVersion: tls.VersionTLS12},
		server: &tls.Config{ClientAuth: tls.RequestClientCert},
		check: func(t *testing.T, f *Facts) {
			if f.ClientCertificate != "declined" || f.Group == "" {
				t.Errorf("%q, group %q", f.ClientCertificate, f.Group)
			}
		},
	}, {
		name:   "ALPN in EncryptedExtensions",
		client: &tls.Config{NextProtos: []string{"smtp", "h2"}},
		server: &tls.Config{NextProtos: []string{"smtp"}},
		check: func(t *testing.T, f *Facts) {
			if f.ALPN != "smtp" || !slices.Equal(f.OfferedALPN, []string{"smtp", "h2"}) {
				t.Errorf("%q of %q", f.ALPN, f.OfferedALPN)
			}
		},
	}} {
		t.Run(test.name, func(t *testing.T) {
			client, server := test.client.Clone(), test.server.Clone()
			server.Certificates = []tls.Certificate{rsaCert}
			r := record(client, server, talk)
			if r.err != nil {
				t.Fatal(r.err)
			}
			test.check(t, r.check(t))
		})
	}
}

func TestOracleResumption(t *testing.T) {
	for version, want := range map[uint16]string{tls.VersionTLS12: "ticket", tls.VersionTLS13: "psk"} {
		sessions := new(Sessions) // crypto/tls logs no key of what it resumes with TLS 1.2
		cache := tls.NewLRUClientSessionCache(4)
		server := &tls.Config{Certificates: []tls.Certificate{certificates()["RSA"]}, MaxVersion: version}
		for i := range 2 {
			r := record(&tls.Config{ClientSessionCache: cache, MaxVersion: version}, server, talk)
			if r.err != nil {
				t.Fatal(r.err)
			}
			f := r.check(t, sessions)
			if r.state.DidResume != (i == 1) {
				t.Fatalf("resumed: %v", r.state.DidResume)
			}
			if got := f.Resumption; got != [...]string{"", want}[i] {
				t.Errorf("%s: connection %d: resumption %q", versionName(version), i, got)
			}
		}
	}
}
