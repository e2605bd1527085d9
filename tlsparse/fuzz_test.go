package tlsparse

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"testing"

	"github.com/google/go-cmp/cmp"

	"smtpscope/tlskeys"
)

// packed writes pieces as octets, so that they can be fuzzed: direction and kind,
// length, data.
func packed(pieces []piece) []byte {
	var b []byte
	for _, p := range pieces {
		for data := p.data; len(data) > 0; {
			n := min(len(data), 1<<16-1)
			b = append(b, byte(p.dir))
			b = binary.BigEndian.AppendUint16(b, uint16(n))
			b = append(b, data[:n]...)
			data = data[n:]
		}
	}
	return b
}

func unpacked(b []byte) []piece {
	var pieces []piece
	for len(b) >= 3 {
		p := piece{dir: Dir(b[0] & 1)}
		n := int(binary.BigEndian.Uint16(b[1:]))
		gap := b[0]&2 != 0
		b = b[3:]
		if gap {
			p.gap = int64(n)
			if n == 0 {
				p.gap = -1
			}
		} else {
			n = min(n, len(b))
			p.data, b = b[:n], b[n:]
		}
		pieces = append(pieces, p)
	}
	return pieces
}

// FuzzParser: nothing panics, and splitting the octets changes nothing.
func FuzzParser(f *testing.F) {
	short := [][2]string{{"EHLO c\r\n", "250 s\r\n"}, {"QUIT\r\n", "221 bye\r\n"}}
	for _, c := range []*tls.Config{
		{}, {MaxVersion: tls.VersionTLS12}, {CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP521}},
		{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA}},
		{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10},
		{Certificates: []tls.Certificate{certificates()["ECDSA"]}},
	} {
		server := &tls.Config{
			Certificates: []tls.Certificate{certificates()["RSA"]}, MinVersion: tls.VersionTLS10,
			CurvePreferences: []tls.CurveID{tls.CurveP521, tls.CurveP256}, ClientAuth: tls.RequestClientCert,
		}
		r := record(c, server, short)
		f.Add(packed(r.pieces), r.keylog.Bytes(), false)
		f.Add(packed(withHole(r.pieces, Client, 700, 100, true)), r.keylog.Bytes(), true)
	}
	for _, accepted := range []bool{true, false} {
		made, log := forged(accepted)
		f.Add(packed(made.pieces), log, accepted)
	}
	f.Add([]byte("\x00\x00\x30\x80\x2e\x01\x03\x01\x00\x15\x00\x00\x00\x10\x00\x00\x16"), []byte{}, false)
	f.Fuzz(func(t *testing.T, stream, keylog []byte, growing bool) {
		pieces := unpacked(stream)
		store := tlskeys.NewStore()
		store.Add(keylog)
		o := Options{Keys: store, Limits: Limits{Trial: 1 << 20, Message: 1 << 14, Waiting: 1 << 12}}
		if growing {
			o.Growing = func() bool { return true }
		}
		first, facts := play(pieces, o, whole)
		second, same := play(pieces, o, single)
		for _, dir := range []Dir{Client, Server} {
			if !bytes.Equal(first.text[dir].Bytes(), second.text[dir].Bytes()) {
				t.Errorf("%s: whole %q, octet by octet %q", dir, first.text[dir].String(), second.text[dir].String())
			}
		}
		if diff := cmp.Diff(facts, same); diff != "" {
			t.Error(diff)
		}
	})
}

func FuzzClientHello(f *testing.F) {
	r := record(&tls.Config{}, &tls.Config{Certificates: []tls.Certificate{certificates()["RSA"]}}, nil)
	f.Add(r.pieces[0].data[headerLen+messageHeader:])
	f.Fuzz(func(t *testing.T, body []byte) {
		var h clientHello
		var facts Facts
		var cache HelloCache
		h.parse(body)
		said := cache.facts(&h)
		h.tell(&facts, said)
		if len(said.ja4) != 36 {
			t.Errorf("JA4 %q", said.ja4)
		}
		if said != cache.facts(&h) {
			t.Error("the cache did not know a hello that it had just seen")
		}
		if diff := cmp.Diff(new(HelloCache).facts(&h), said, cmp.AllowUnexported(helloFacts{})); diff != "" {
			t.Error(diff)
		}
		h.sslv2Hello(body)
		h.tell(&facts, cache.facts(&h))
	})
}

func FuzzCertificate(f *testing.F) {
	for _, c := range certificates() {
		f.Add(c.Certificate[0])
	}
	f.Fuzz(func(t *testing.T, der []byte) {
		c := new(CertificateCache).read(der)
		if len(c.SHA256) != 64 {
			t.Errorf("fingerprint %q", c.SHA256)
		}
		c.Matches("mail.example.test")
		c.Matches("192.0.2.1")
	})
}
