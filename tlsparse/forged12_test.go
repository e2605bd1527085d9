package tlsparse

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"

	"smtpscope/tlskeys"
)

// A forger12 writes a connection in TLS 1.2 (TLS_RSA_WITH_AES_128_GCM_SHA256), for
// what crypto/tls does not do: a second handshake inside the first.
type forger12 struct {
	forger
	keylog strings.Builder
}

// prf is the PRF of TLS 1.2 with SHA-256 (RFC 5246, section 5).
func prf(secret []byte, label string, seed []byte, n int) []byte {
	mac := func(data ...[]byte) []byte {
		h := hmac.New(sha256.New, secret)
		h.Write(slices.Concat(data...))
		return h.Sum(nil)
	}
	seed = append([]byte(label), seed...)
	var out []byte
	for a := mac(seed); len(out) < n; a = mac(a) {
		out = append(out, mac(a, seed)...)
	}
	return out[:n]
}

// newKeys are the keys that a handshake agrees on. A direction has them behind its
// ChangeCipherSpec.
func (f *forger12) newKeys(name byte) (seals [2]seal) {
	client, server, master := bytes.Repeat([]byte{name}, 32), bytes.Repeat([]byte{name + 1}, 32), bytes.Repeat([]byte{name}, 48)
	fmt.Fprintf(&f.keylog, "CLIENT_RANDOM %x %x\n", client, master)
	block := prf(master, "key expansion", append(server, client...), 2*16+2*4)
	for dir := range seals {
		key, err := aes.NewCipher(block[16*dir:][:16])
		if err != nil {
			panic(err)
		}
		aead, err := cipher.NewGCM(key)
		if err != nil {
			panic(err)
		}
		seals[dir] = seal{aead: aead, iv: block[32+4*dir:][:4]}
	}
	return seals
}

// say writes a record, under the direction's keys if it has any.
func (f *forger12) say(dir Dir, kind byte, content string) {
	header := binary.BigEndian.AppendUint16([]byte{kind, 3, 3}, uint16(len(content)))
	s := &f.seals[dir]
	if s.aead == nil {
		f.clear(dir, append(header, content...))
		return
	}
	number := binary.BigEndian.AppendUint64(nil, s.seq)
	s.seq++
	sealed := s.aead.Seal(number, slices.Concat(s.iv, number), []byte(content), slices.Concat(number, header))
	f.clear(dir, append(binary.BigEndian.AppendUint16([]byte{kind, 3, 3}, uint16(len(sealed))), sealed...))
}

func (f *forger12) message(dir Dir, kind byte, body string) {
	f.say(dir, 22, string([]byte{kind, 0, byte(len(body) >> 8), byte(len(body))})+body)
}

func (f *forger12) hello(name byte) {
	f.message(Client, msgClientHello, "\x03\x03"+strings.Repeat(string(name), 32)+"\x00\x00\x02\x00\x9c\x01\x00")
	f.message(Server, msgServerHello, "\x03\x03"+strings.Repeat(string(name+1), 32)+"\x00\x00\x9c\x00")
	f.message(Server, msgCertificate, "\x00\x00\x00")
	f.message(Server, msgServerHelloDone, "")
	f.message(Client, msgClientKeyExchange, "\x00\x01x")
}

// change writes ChangeCipherSpec and Finished of both.
func (f *forger12) change(name byte) {
	keys := f.newKeys(name)
	for dir := range keys {
		f.say(Dir(dir), 20, "\x01")
		f.seals[dir] = keys[dir]
		f.message(Dir(dir), msgFinished, "twelve bytes")
	}
}

func (f *forger12) options() Options {
	store := tlskeys.NewStore()
	store.Add([]byte(f.keylog.String()))
	return Options{Keys: store}
}

// TestRenegotiation: a handshake inside TLS 1.2 has keys of its own, and is counted.
func TestRenegotiation(t *testing.T) {
	f := &forger12{}
	f.hello('a')
	f.change('a')
	f.say(Client, 23, "EHLO c\r\n")
	f.say(Server, 23, "250 s\r\n")
	f.message(Server, msgHelloRequest, "")
	f.hello('m')
	f.say(Client, 23, "NOOP\r\n") // still under the old keys
	f.change('m')
	f.say(Client, 23, "QUIT\r\n")
	f.say(Server, 23, "221 bye\r\n")
	for name, cut := range map[string]cutter{"whole": whole, "bytewise": single, "ragged": ragged(3)} {
		h, facts := play(f.pieces, f.options(), cut)
		if got := h.text[Client].String(); got != "EHLO c\r\nNOOP\r\nQUIT\r\n" {
			t.Errorf("%s: the client said %q", name, got)
		}
		if got := h.text[Server].String(); got != "250 s\r\n221 bye\r\n" {
			t.Errorf("%s: the server said %q", name, got)
		}
		if facts.Renegotiations != 1 || facts.Outcome != Done || facts.Hidden != "" || facts.Malformed != "" {
			t.Errorf("%s: %d renegotiations, %s, hidden %q, malformed %q", name, facts.Renegotiations, facts.Outcome, facts.Hidden, facts.Malformed)
		}
	}
}

// TestPreSharedKey12: a handshake with a pre-shared key has neither certificate nor key
// exchange, and resumes nothing all the same.
func TestPreSharedKey12(t *testing.T) {
	f := &forger12{}
	f.message(Client, msgClientHello, "\x03\x03"+strings.Repeat("a", 32)+"\x00\x00\x02\x00\xa8\x01\x00")
	f.message(Server, msgServerHello, "\x03\x03"+strings.Repeat("b", 32)+"\x00\x00\xa8\x00")
	f.message(Server, msgServerHelloDone, "")
	f.message(Client, msgClientKeyExchange, "\x00\x05alice")
	f.change('a')
	if _, facts := play(f.pieces, f.options(), whole); facts.Resumption != "" || facts.CipherSuite != "TLS_PSK_WITH_AES_128_GCM_SHA256" || facts.Outcome != Done {
		t.Errorf("resumption %q, %s, %s", facts.Resumption, facts.CipherSuite, facts.Outcome)
	}
}

// TestRawPublicKey: a key in place of a certificate (RFC 7250), in TLS 1.2 without the list.
func TestRawPublicKey(t *testing.T) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	three := func(b string) string { return string([]byte{0, byte(len(b) >> 8), byte(len(b))}) + b }
	for _, tt := range []struct {
		name  string
		body  string
		tls13 bool
	}{
		{"TLS 1.2", three(string(key)), false},
		{"TLS 1.3", three(three(string(key)) + "\x00\x00"), true},
	} {
		var cache CertificateCache
		chain, ok := cache.chain(nil, cryptobyte.String(tt.body), tt.tls13)
		if !ok || len(chain) != 1 {
			t.Fatalf("%s: %d certificates, %t", tt.name, len(chain), ok)
		}
		if c := chain[0]; !c.RawPublicKey || c.KeyType != "ECDSA" || c.KeyBits != 256 || c.Damage != "" {
			t.Errorf("%s: %+v", tt.name, c)
		}
		f := Facts{ServerCertificates: chain}
		if cache.CheckName(&f, "mail.example.test"); f.NameMatch != "" {
			t.Errorf("%s: the name of a key is a %s", tt.name, f.NameMatch)
		}
	}
}

// TestHellosNotSeen: a capture that begins behind the hellos of TLS 1.2 takes what is
// under keys for that, not for messages in the clear.
func TestHellosNotSeen(t *testing.T) {
	f := &forger12{}
	f.hello('a')
	f.pieces = f.pieces[len(f.pieces)-1:] // ClientKeyExchange
	f.change('a')
	f.say(Client, 23, "EHLO c\r\n")
	f.say(Server, 23, "250 s\r\n")
	h, facts := play(f.pieces, f.options(), whole)
	if facts.Outcome != Unseen || facts.Hidden != HiddenNoHandshake || facts.Malformed != "" {
		t.Errorf("%s, hidden %q, malformed %q", facts.Outcome, facts.Hidden, facts.Malformed)
	}
	if h.text[Client].Len()+h.text[Server].Len() > 0 {
		t.Errorf("read without a handshake: %q %q", h.text[Client].String(), h.text[Server].String())
	}
}

// TestBehindClose: whatever a side writes behind its close_notify, or an alert that
// ends the connection, is not read (RFC 5246, section 7.2.1; RFC 8446, section 6.1).
func TestBehindClose(t *testing.T) {
	const closeNotify, handshakeFailure = "\x01\x00", "\x02\x28"
	for name, alert := range map[string]string{"close_notify": closeNotify, "handshake_failure": handshakeFailure} {
		stages := map[string]func(f *forger12){
			"before the hello":        func(*forger12) {},
			"in the handshake":        func(f *forger12) { f.hello('a') },
			"under keys, no Finished": func(f *forger12) { f.hello('a'); f.say(Client, 20, "\x01"); f.seals = f.newKeys('a') },
			"in the conversation":     func(f *forger12) { f.hello('a'); f.change('a') },
			"in a second handshake":   func(f *forger12) { f.hello('a'); f.change('a'); f.hello('m') },
		}
		for stage, begin := range stages {
			f := &forger12{}
			begin(f)
			if f.seals[Client].aead == nil {
				f.newKeys('a')
			}
			f.say(Client, 21, alert)
			before := len(f.pieces)
			f.say(Client, 23, "behind\r\n")
			h, facts := play(f.pieces, f.options(), whole)
			_, want := play(f.pieces[:before], f.options(), whole)
			if got := h.text[Client].String(); got != "" {
				t.Errorf("%s %s: read behind it: %q", name, stage, got)
			}
			if facts.Outcome != want.Outcome || facts.Hidden != want.Hidden || len(facts.Alerts) != 1 {
				t.Errorf("%s %s: %s, hidden %q, %d alerts; without what is behind: %s, hidden %q", name, stage, facts.Outcome, facts.Hidden, len(facts.Alerts), want.Outcome, want.Hidden)
			}
		}
	}
}
