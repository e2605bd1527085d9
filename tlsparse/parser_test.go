package tlsparse

import (
	"bytes"
	"crypto/tls"
	"slices"
	"testing"

	"smtpscope/tlskeys"
)

// TestKeysThatComeLater: records wait for keys that a growing log brings.
func TestKeysThatComeLater(t *testing.T) {
	for name, version := range map[string]uint16{"TLS 1.2": tls.VersionTLS12, "TLS 1.3": tls.VersionTLS13} {
		r := record(&tls.Config{MaxVersion: version}, &tls.Config{Certificates: []tls.Certificate{certificates()["RSA"]}}, talk[:1])
		if r.err != nil {
			t.Fatal(r.err)
		}
		lines := bytes.SplitAfter(r.keylog.Bytes(), []byte("\n"))
		for when := range len(r.pieces) + 1 {
			h, store := &heard{}, tlskeys.NewStore()
			p := NewParser(Options{Keys: store, Growing: func() bool { return true }, Handler: h})
			for i, piece := range r.pieces {
				if i >= when && len(lines) > 0 { // one line at a time
					store.Add(lines[0])
					lines = lines[1:]
				}
				p.Feed(piece.dir, Mark{Frame: int64(i + 1)}, piece.data)
			}
			store.Add(r.keylog.Bytes())
			p.Close(Mark{}, true)
			for _, dir := range []Dir{Client, Server} {
				if got, want := h.text[dir].String(), r.sent[dir].String(); got != want {
					t.Errorf("%s, keys after %d pieces: the %s said %q, want %q", name, when, dir, got, want)
				}
			}
			if f := p.Facts(); f.Outcome != Done || f.Hidden != "" {
				t.Errorf("%s, keys after %d pieces: %s, hidden %q", name, when, f.Outcome, f.Hidden)
			}
			lines = bytes.SplitAfter(r.keylog.Bytes(), []byte("\n"))
		}
	}
}

// TestWaitingIsBounded: without its key a connection waits up to a limit.
func TestWaitingIsBounded(t *testing.T) {
	r := record(&tls.Config{}, &tls.Config{Certificates: []tls.Certificate{certificates()["RSA"]}}, mail)
	h := &heard{}
	p := NewParser(Options{Keys: tlskeys.NewStore(), Growing: func() bool { return true }, Handler: h, Limits: Limits{Waiting: 20000}})
	most := 0
	for i, piece := range r.pieces {
		p.Feed(piece.dir, Mark{Frame: int64(i + 1)}, piece.data)
		most = max(most, p.Kept())
	}
	p.Close(Mark{}, true)
	if f := p.Facts(); most > 60000 || f.Hidden != HiddenNoKeys && f.Hidden != HiddenNoKey || f.Outcome != Done {
		t.Errorf("%d octets kept, hidden %q, %s", most, f.Hidden, f.Outcome)
	}
}

// hello builds a handshake record around a message.
func handshakeRecord(kind byte, body []byte) []byte {
	n := len(body)
	b := []byte{22, 3, 1, byte((n + 4) >> 8), byte(n + 4), kind, 0, byte(n >> 8), byte(n)}
	return append(b, body...)
}

func TestOutcomes(t *testing.T) {
	hello := handshakeRecord(1, append(append([]byte{3, 3}, make([]byte, 32)...), 0, 0, 2, 0, 0x2f, 1, 0))
	alert := []byte{21, 3, 3, 0, 2, 2, 40}
	for _, test := range []struct {
		name   string
		pieces []piece
		ended  bool
		want   Outcome
	}{
		{"nobody answers", []piece{{dir: Client, data: hello}}, true, Unanswered},
		{"an alert", []piece{{dir: Client, data: hello}, {dir: Server, data: alert}}, true, Failed},
		{"the capture ends", []piece{{dir: Client, data: hello}, {dir: Server, data: handshakeRecord(2, make([]byte, 38))}}, false, Unfinished},
		{"the client leaves", []piece{{dir: Client, data: hello}, {dir: Server, data: handshakeRecord(2, make([]byte, 38))}}, true, Failed},
		{"the middle of a connection", []piece{{dir: Client, data: []byte("\x17\x03\x03\x00\x14aaaaaaaaaaaaaaaaaaaa")}, {dir: Server, data: []byte("\x17\x03\x03\x00\x14aaaaaaaaaaaaaaaaaaaa")}}, true, Unseen},
	} {
		for _, cut := range []cutter{whole, single} {
			p := NewParser(Options{})
			for i, piece := range test.pieces {
				for data := piece.data; len(data) > 0; {
					n := cut(len(data))
					p.Feed(piece.dir, Mark{Frame: int64(i + 1)}, data[:n])
					data = data[n:]
				}
			}
			p.Close(Mark{}, test.ended)
			if got := p.Facts().Outcome; got != test.want {
				t.Errorf("%s: %s, want %s", test.name, got, test.want)
			}
		}
	}
}

// TestSSLv2Hello reads a ClientHello in SSL 2.0 framing that offers TLS 1.0.
func TestSSLv2Hello(t *testing.T) {
	body := append([]byte{1, 3, 1, 0, 6, 0, 0, 0, 16, 0, 0, 0x2f, 1, 0, 0x80}, bytes.Repeat([]byte{7}, 16)...)
	record := append([]byte{0x80, byte(len(body))}, body...)
	_, f := play([]piece{{dir: Client, data: record}}, Options{}, single)
	if len(f.OfferedVersions) != 1 || f.OfferedVersions[0] != "TLS 1.0 (SSL 2.0 ClientHello)" || len(f.OfferedCipherSuites) != 1 || f.OfferedCipherSuites[0] != "TLS_RSA_WITH_AES_128_CBC_SHA" {
		t.Errorf("%q %q", f.OfferedVersions, f.OfferedCipherSuites)
	}
	if f.Outcome != Unanswered || f.Malformed != "" {
		t.Errorf("%s, malformed %q", f.Outcome, f.Malformed)
	}
}

// TestSSLv2HelloLate: the server speaks while a record that looks like a hello of SSL
// 2.0 is still coming.
func TestSSLv2HelloLate(t *testing.T) {
	first := append([]byte{0x8e, 3, 1, 0, 0xf8, 1, 0, 0, 0xf4, 3, 3}, make([]byte, 240)...)
	hello := handshakeRecord(2, append(append([]byte{3, 3}, make([]byte, 32)...), 0, 0, 0x2f, 0))
	changeCipher := []byte{20, 3, 3, 0, 1, 1}
	for _, answer := range [][]byte{hello, slices.Concat(hello, changeCipher)} {
		_, f := play([]piece{{dir: Client, data: first}, {dir: Server, data: answer}, {dir: Client, data: make([]byte, 4000)}}, Options{}, whole)
		if f.ClientRandom != "" {
			t.Errorf("client random %q", f.ClientRandom)
		}
	}
}

// TestParserIsUsedAgain: nothing of a connection shows in the next.
func TestParserIsUsedAgain(t *testing.T) {
	r := record(&tls.Config{MaxVersion: tls.VersionTLS12}, &tls.Config{Certificates: []tls.Certificate{certificates()["RSA"]}}, talk)
	o := r.keyed()
	o.Handler = &heard{}
	p := NewParser(o)
	for range 2 {
		h := &heard{}
		p.options.Handler = h
		for i, piece := range r.pieces {
			p.Feed(piece.dir, Mark{Frame: int64(i + 1)}, piece.data)
		}
		p.Close(Mark{}, true)
		if got, want := h.text[Client].Len(), r.sent[Client].Len(); got != want {
			t.Errorf("%d octets, want %d", got, want)
		}
		p.Reset()
		if f := p.Facts(); f.SNI != "" || len(f.OfferedCipherSuites) > 0 || len(f.ServerCertificates) > 0 || f.Outcome != "" {
			t.Errorf("after Reset: %+v", f)
		}
	}
}

func TestMatches(t *testing.T) {
	for _, test := range []struct {
		cert Certificate
		name string
		want bool
	}{
		{Certificate{Names: []string{"mail.example.test"}}, "MAIL.example.test.", true},
		{Certificate{Names: []string{"*.example.test"}}, "mail.example.test", true},
		{Certificate{Names: []string{"*.example.test"}}, "a.mail.example.test", false},
		{Certificate{Names: []string{"192.0.2.1"}}, "192.0.2.1", true},
		{Certificate{Names: []string{"192.0.2.1"}}, "192.0.2.2", false},
		{Certificate{CommonName: "mail.example.test"}, "mail.example.test", true},
		{Certificate{CommonName: "mail.example.test", Names: []string{"other.test"}}, "mail.example.test", false},
		{Certificate{}, "mail.example.test", false},
	} {
		if got := test.cert.Matches(test.name); got != test.want {
			t.Errorf("%+v for %s: %v", test.cert, test.name, got)
		}
	}
}
