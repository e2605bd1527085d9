package tlsparse

import (
	"crypto/tls"
	"math/rand/v2"
	"strings"
	"testing"
)

// mail is a long text from the client, whose records are of several sizes.
var mail = [][2]string{
	{"EHLO c\r\n", "250 mail.example.test\r\n"},
	{strings.Repeat("a line of a mail that is long enough to be cut\r\n", 3000), "250 OK\r\n"},
	{strings.Repeat("another\r\n", 2000), "250 OK\r\n"},
	{"QUIT\r\n", "221 bye\r\n"},
}

// holed are connections of each kind of protection.
func holed(t *testing.T) map[string]*recording {
	t.Helper()
	all := map[string]*recording{}
	for name, c := range map[string]*tls.Config{
		"TLS 1.3":          {},
		"TLS 1.2 AEAD":     {MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}},
		"TLS 1.2 ChaCha20": {MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256}},
		"TLS 1.2 CBC":      {MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA}},
		"TLS 1.0 CBC":      {MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10, CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA}},
	} {
		server := c.Clone()
		server.Certificates = []tls.Certificate{certificates()["RSA"]}
		r := record(c.Clone(), server, mail)
		if r.err != nil {
			t.Fatalf("%s: %v", name, r.err)
		}
		all[name] = r
	}
	return all
}

// withHole takes n octets from an offset of a direction out of a recording.
func withHole(pieces []piece, dir Dir, at, n int, known bool) []piece {
	var out []piece
	pos := 0
	for _, p := range pieces {
		if p.dir != dir {
			out = append(out, p)
			continue
		}
		from, to := max(at-pos, 0), min(at+n-pos, len(p.data))
		pos += len(p.data)
		if from >= to {
			out = append(out, p)
			continue
		}
		if from > 0 {
			out = append(out, piece{dir: dir, data: p.data[:from]})
		}
		gap := int64(to - from)
		if !known {
			gap = -1
		}
		out = append(out, piece{dir: dir, gap: gap})
		if to < len(p.data) {
			out = append(out, piece{dir: dir, data: p.data[to:]})
		}
	}
	return out
}

func total(pieces []piece, dir Dir) (n int) {
	for _, p := range pieces {
		if p.dir == dir {
			n += len(p.data)
		}
	}
	return n
}

// isHoled tells that got is want with parts missing, each of which is marked.
func isHoled(got, want string) bool {
	rest := want
	for i, part := range strings.Split(got, "…") {
		at := strings.Index(rest, part)
		if at < 0 || i == 0 && at != 0 {
			return false
		}
		rest = rest[at+len(part):]
	}
	return true
}

// TestHoles: behind a hole in application data, the rest is read.
func TestHoles(t *testing.T) {
	for name, r := range holed(t) {
		t.Run(name, func(t *testing.T) {
			n := total(r.pieces, Client)
			for _, hole := range []struct {
				name     string
				at, size int
				known    bool
			}{
				{"in one record", n / 2, 100, true},
				{"over some records", n / 3, 40000, true},
				{"of unknown size", n / 3, 40000, false},
				{"one octet", n / 2, 1, true},
			} {
				h, f := play(withHole(r.pieces, Client, hole.at, hole.size, hole.known), r.keyed(), whole)
				if got, want := h.text[Server].String(), r.sent[Server].String(); got != want {
					t.Errorf("%s: the server said %q, want %q", hole.name, got, want)
				}
				got, want := h.text[Client].String(), r.sent[Client].String()
				if !strings.HasSuffix(got, "QUIT\r\n") || h.lost[Client] == 0 || !isHoled(got, want) {
					t.Errorf("%s: %d octets of %d, %d holes, hidden %q", hole.name, len(got), len(want), h.lost[Client], f.Hidden)
				}
				if floor := len(want) - hole.size - 3*16500; len(got) < floor {
					t.Errorf("%s: %d octets, want %d or more", hole.name, len(got), floor)
				}
			}
		})
	}
}

// TestHolesAnywhere: whatever is missing, nothing is read that was not said.
func TestHolesAnywhere(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for name, r := range holed(t) {
		t.Run(name, func(t *testing.T) {
			for range 150 {
				dir := Dir(random.IntN(2))
				n := total(r.pieces, dir)
				pieces := withHole(r.pieces, dir, random.IntN(n), 1+random.IntN(1+random.IntN(30000)), random.IntN(2) == 0)
				h, _ := play(pieces, r.keyed(), ragged(random.Uint64()))
				for _, dir := range []Dir{Client, Server} {
					if !isHoled(h.text[dir].String(), r.sent[dir].String()) {
						t.Fatalf("%s: %.200q", dir, h.text[dir].String())
					}
				}
			}
		})
	}
}

// TestFlips: an octet changed anywhere loses a record, and invents nothing.
func TestFlips(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for name, r := range holed(t) {
		t.Run(name, func(t *testing.T) {
			for range 150 {
				pieces := append([]piece(nil), r.pieces...)
				i := random.IntN(len(pieces))
				data := append([]byte(nil), pieces[i].data...)
				data[random.IntN(len(data))] ^= byte(1 + random.IntN(255))
				pieces[i].data = data
				h, _ := play(pieces, r.keyed(), whole)
				for _, dir := range []Dir{Client, Server} {
					if !isHoled(h.text[dir].String(), r.sent[dir].String()) {
						t.Fatalf("%s: %.200q", dir, h.text[dir].String())
					}
				}
			}
		})
	}
}

// TestWrongKeys: a key log of another connection that claims to be this one's.
func TestWrongKeys(t *testing.T) {
	for name, r := range holed(t) {
		other := &recording{}
		other.keylog.Write(r.keylog.Bytes())
		lines := strings.Split(strings.TrimSpace(r.keylog.String()), "\n")
		for i, line := range lines {
			last := line[len(line)-1]
			flipped := "0"
			if last == '0' {
				flipped = "1"
			}
			lines[i] = line[:len(line)-1] + flipped
		}
		other.keylog.Reset()
		other.keylog.WriteString(strings.Join(lines, "\n") + "\n")
		h, f := play(r.pieces, other.keyed(), whole)
		if f.Hidden != HiddenWrongKey || h.text[Client].Len()+h.text[Server].Len() > 0 || f.Outcome != Done {
			t.Errorf("%s: hidden %q, outcome %s, %d octets", name, f.Hidden, f.Outcome, h.text[Client].Len())
		}
		if _, f := play(r.pieces, Options{}, whole); f.Hidden != HiddenNoKeys || f.Outcome != Done {
			t.Errorf("%s: without keys: hidden %q, outcome %s", name, f.Hidden, f.Outcome)
		}
	}
}
