package tlsparse

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"smtpscope/tlskeys"
)

// A forger writes the records of a connection in TLS 1.3 that never was, for what
// crypto/tls does not send: early data and key updates. Nothing in a handshake is
// verified but tags, so secrets may be anything.
type forger struct {
	pieces []piece
	seals  [2]seal
}

// A seal protects the records of one direction (TLS_AES_128_GCM_SHA256).
type seal struct {
	secret []byte
	aead   cipher.AEAD
	iv     []byte
	seq    uint64
}

func secretOf(name string) []byte { return bytes.Repeat([]byte(name[:1]), sha256.Size) }

func expandLabel(secret []byte, label string, n int) []byte {
	label = "tls13 " + label
	info := append([]byte{0, byte(n), byte(len(label))}, label...)
	b, err := hkdf.Expand(sha256.New, secret, string(append(info, 0)), n)
	if err != nil {
		panic(err)
	}
	return b
}

func (f *forger) keys(dir Dir, secret []byte) {
	block, err := aes.NewCipher(expandLabel(secret, "key", 16))
	if err != nil {
		panic(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	f.seals[dir] = seal{secret: secret, aead: aead, iv: expandLabel(secret, "iv", 12)}
}

func (f *forger) clear(dir Dir, record []byte) {
	f.pieces = append(f.pieces, piece{dir: dir, data: record})
}

func (f *forger) sealed(dir Dir, kind byte, content string, padding int) {
	s := &f.seals[dir]
	nonce := bytes.Clone(s.iv)
	for i := range 8 {
		nonce[4+i] ^= byte(s.seq >> (56 - 8*i))
	}
	s.seq++
	inner := append(append([]byte(content), kind), make([]byte, padding)...)
	header := binary.BigEndian.AppendUint16([]byte{23, 3, 3}, uint16(len(inner)+16))
	f.clear(dir, s.aead.Seal(header, nonce, inner, bytes.Clone(header)))
}

func (f *forger) update(dir Dir) {
	f.sealed(dir, 22, "\x18\x00\x00\x01\x00", 0)
	f.keys(dir, expandLabel(f.seals[dir].secret, "traffic upd", sha256.Size))
}

// extensionOf writes one extension.
func extensionOf(kind uint16, data ...byte) []byte {
	b := binary.BigEndian.AppendUint16(nil, kind)
	return append(binary.BigEndian.AppendUint16(b, uint16(len(data))), data...)
}

func helloBody(rest string, extensions ...[]byte) []byte {
	list := bytes.Join(extensions, nil)
	b := append([]byte{3, 3}, bytes.Repeat([]byte{7}, 32)...)
	b = append(append(b, 0), rest...)
	return append(binary.BigEndian.AppendUint16(b, uint16(len(list))), list...)
}

// forged is a connection that resumes one with early data, which the server takes or
// not, and then changes its keys.
func forged(accepted bool) (*forger, []byte) {
	f := &forger{}
	var log strings.Builder
	for name, label := range map[string]string{
		"e": "CLIENT_EARLY_TRAFFIC_SECRET", "h": "CLIENT_HANDSHAKE_TRAFFIC_SECRET", "H": "SERVER_HANDSHAKE_TRAFFIC_SECRET",
		"t": "CLIENT_TRAFFIC_SECRET_0", "T": "SERVER_TRAFFIC_SECRET_0",
	} {
		fmt.Fprintf(&log, "%s %x %x\n", label, bytes.Repeat([]byte{7}, 32), secretOf(name))
	}
	client := helloBody("\x00\x02\x13\x01\x01\x00", extensionOf(extSupportedVersions, 2, 3, 4), extensionOf(extEarlyData), extensionOf(extPreSharedKey))
	f.clear(Client, handshakeRecord(msgClientHello, client))
	f.keys(Client, secretOf("e"))
	f.sealed(Client, 23, "EHLO ", 0)
	f.sealed(Client, 23, "early\r\n", 9)
	f.clear(Server, handshakeRecord(msgServerHello, helloBody("\x13\x01\x00", extensionOf(extSupportedVersions, 3, 4), extensionOf(extPreSharedKey, 0, 0))))
	f.keys(Server, secretOf("H"))
	encrypted := "\x08\x00\x00\x02\x00\x00"
	if accepted {
		encrypted = "\x08\x00\x00\x06\x00\x04\x00\x2a\x00\x00"
	}
	f.sealed(Server, 22, encrypted, 0)
	f.sealed(Server, 22, "\x14\x00\x00\x20"+strings.Repeat("f", 32), 0)
	f.keys(Server, secretOf("T"))
	f.sealed(Client, 23, "NOOP\r\n", 0) // before the client has read that
	if accepted {
		f.sealed(Client, 22, "\x05\x00\x00\x00", 0)
	}
	f.keys(Client, secretOf("h"))
	f.sealed(Client, 22, "\x14\x00\x00\x20"+strings.Repeat("f", 32), 0)
	f.keys(Client, secretOf("t"))
	f.sealed(Client, 23, "EHLO late\r\n", 0)
	f.sealed(Server, 22, "\x04\x00\x00\x03abc", 0) // NewSessionTicket
	f.sealed(Server, 23, "250 s\r\n", 100)
	f.update(Client)
	f.sealed(Client, 23, "QUIT\r\n", 1)
	f.update(Server)
	f.update(Server)
	f.sealed(Server, 23, "221 bye\r\n", 0)
	return f, []byte(log.String())
}

func TestEarlyDataAndKeyUpdates(t *testing.T) {
	for _, test := range []struct {
		accepted     bool
		early, wants string
	}{
		{true, "accepted", "EHLO early\r\nNOOP\r\nEHLO late\r\nQUIT\r\n"},
		{false, "rejected", "EHLO late\r\nQUIT\r\n"},
	} {
		f, log := forged(test.accepted)
		for _, cut := range []cutter{whole, single, ragged(3)} {
			store := tlskeys.NewStore()
			store.Add(log)
			h, facts := play(f.pieces, Options{Keys: store}, cut)
			if got := h.text[Client].String(); got != test.wants {
				t.Errorf("%s: the client said %q", test.early, got)
			}
			if got := h.text[Server].String(); got != "250 s\r\n221 bye\r\n" {
				t.Errorf("%s: the server said %q", test.early, got)
			}
			if facts.EarlyData != test.early || facts.KeyUpdates != 3 || facts.Resumption != "psk" || facts.Outcome != Done || facts.Hidden != "" || facts.Malformed != "" {
				t.Errorf("%s: %+v", test.early, facts)
			}
		}
	}
}

// TestLostKeyUpdate: a hole that takes a KeyUpdate does not take what follows.
func TestLostKeyUpdate(t *testing.T) {
	f, log := forged(true)
	n := len(f.pieces)
	pieces := append([]piece(nil), f.pieces...)
	update := n - 5 // the client's
	pieces[update] = piece{dir: Client, gap: int64(len(pieces[update].data))}
	store := tlskeys.NewStore()
	store.Add(log)
	h, _ := play(pieces, Options{Keys: store}, whole)
	if got := h.text[Client].String(); !strings.HasSuffix(got, "…QUIT\r\n") {
		t.Errorf("the client said %q", got)
	}
}

// TestEarlyDataAndRetry: who is asked for another hello may not send early data, and
// what was sent of it is lost (RFC 8446, section 4.1.2).
func TestEarlyDataAndRetry(t *testing.T) {
	f, log := forged(false)
	hello, rest := f.pieces[:3], f.pieces[3:] // with the early data of the first hello
	retry := bytes.Clone(rest[0].data)
	copy(retry[11:], helloRetry[:])
	again := handshakeRecord(msgClientHello, helloBody("\x00\x02\x13\x01\x01\x00", extensionOf(extSupportedVersions, 2, 3, 4), extensionOf(extPreSharedKey)))
	lost := slices.Clone(rest)
	lost[1] = piece{dir: Server, gap: int64(len(rest[1].data))} // EncryptedExtensions, which say so as well
	for name, rest := range map[string][]piece{"whole": rest, "EncryptedExtensions lost": lost} {
		pieces := slices.Concat(hello, []piece{{dir: Server, data: retry}, {dir: Client, data: again}}, rest)
		store := tlskeys.NewStore()
		store.Add(log)
		h, facts := play(pieces, Options{Keys: store}, whole)
		if got := h.text[Client].String(); got != "EHLO late\r\nQUIT\r\n" {
			t.Errorf("%s: the client said %q", name, got)
		}
		if facts.EarlyData != "rejected" || !facts.HelloRetryRequest || facts.Outcome != Done || facts.Malformed != "" {
			t.Errorf("%s: %+v", name, facts)
		}
	}
}

// TestGivenUp: a direction whose records do not open is given up, and what is
// behind them costs nothing; one whose records do not open now and then is not.
func TestGivenUp(t *testing.T) {
	for _, test := range []struct {
		damaged int
		read    bool
	}{{maxMisfits, true}, {maxMisfits + 1, false}} {
		f, log := forged(true)
		last := len(f.pieces) - 1 // the server's goodbye
		damaged := bytes.Clone(f.pieces[last].data)
		damaged[len(damaged)-1] ^= 1
		pieces := slices.Clone(f.pieces[:last])
		for range test.damaged {
			pieces = append(pieces, piece{dir: Server, data: damaged})
		}
		// A record's number counts those that did not open.
		f.seals[Server].seq = uint64(test.damaged)
		f.sealed(Server, 23, "221 bye\r\n", 0)
		pieces = append(pieces, f.pieces[len(f.pieces)-1])
		store := tlskeys.NewStore()
		store.Add(log)
		h, facts := play(pieces, Options{Keys: store}, whole)
		if got := strings.HasSuffix(h.text[Server].String(), "221 bye\r\n"); got != test.read || facts.Hidden != HiddenDamage {
			t.Errorf("%d damaged: read %v, hidden %q", test.damaged, got, facts.Hidden)
		}
	}
}
