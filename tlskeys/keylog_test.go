package tlskeys

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// random makes a client random that says which it is.
func random(n int) *Random {
	r := &Random{}
	copy(r[:], fmt.Sprintf("random %d", n))
	return r
}

func logLine(label string, r *Random, secret []byte) string {
	return fmt.Sprintf("%s %x %x\n", label, r[:], secret)
}

func repeated(octet byte, n int) []byte { return bytes.Repeat([]byte{octet}, n) }

// interleaved puts octets before and behind each letter.
func interleaved(text, before, behind string) string {
	var out strings.Builder
	for i := range len(text) {
		out.WriteString(before + text[i:i+1] + behind)
	}
	return out.String()
}

func TestKeyLog(t *testing.T) {
	r := random(1)
	secret := repeated(7, 48)
	good := logLine("CLIENT_RANDOM", r, secret)
	tests := []struct {
		name   string
		text   string
		want   [][]byte
		label  Label
		n      int
		counts Counts
	}{
		{name: "master secret", text: good, want: [][]byte{secret}, counts: Counts{Lines: 1, Sessions: 1}},
		{name: "no end of line", text: strings.TrimSpace(good), want: [][]byte{secret}, counts: Counts{Lines: 1, Sessions: 1}},
		{name: "CRLF", text: strings.TrimSpace(good) + "\r\n", want: [][]byte{secret}, counts: Counts{Lines: 1, Sessions: 1}},
		{name: "upper case hex", text: "CLIENT_RANDOM " + strings.ToUpper(good[len("CLIENT_RANDOM "):]), want: [][]byte{secret}, counts: Counts{Lines: 1, Sessions: 1}},
		{name: "comments, blank lines, byte order mark", text: "\ufeff# made by OpenSSL\n\n  \n" + good, want: [][]byte{secret}, counts: Counts{Lines: 1, Sessions: 1}},
		{name: "UTF-16, little endian", text: "\xff\xfe" + interleaved("# by PowerShell\r\n"+good, "", "\x00"), want: [][]byte{secret}, counts: Counts{Lines: 1, Sessions: 1}},
		{name: "UTF-16, big endian, no end of line", text: "\xfe\xff" + interleaved(strings.TrimSpace(good), "\x00", ""), want: [][]byte{secret}, counts: Counts{Lines: 1, Sessions: 1}},
		{name: "UTF-16 appended", text: "# plain\n" + interleaved(good, "", "\x00"), want: [][]byte{secret}, counts: Counts{Lines: 1, Sessions: 1}},
		{name: "twice", text: good + good, want: [][]byte{secret}, counts: Counts{Lines: 2, Repeated: 1, Sessions: 1}},
		{
			name: "contradicting", text: good + logLine("CLIENT_RANDOM", r, repeated(8, 48)) + logLine("CLIENT_RANDOM", r, repeated(9, 48)),
			want: [][]byte{secret, repeated(8, 48), repeated(9, 48)}, counts: Counts{Lines: 3, Contradicting: 2, Sessions: 1},
		},
		{
			name: "traffic secret N", text: logLine("CLIENT_TRAFFIC_SECRET_0", r, repeated(1, 32)) + logLine("CLIENT_TRAFFIC_SECRET_1", r, repeated(2, 32)) + logLine("SERVER_TRAFFIC_SECRET_1", r, repeated(3, 32)),
			label: ClientTraffic, n: 1, want: [][]byte{repeated(2, 32)}, counts: Counts{Lines: 3, Sessions: 1},
		},
		{name: "handshake secret", text: logLine("SERVER_HANDSHAKE_TRAFFIC_SECRET", r, secret), label: ServerHandshakeTraffic, want: [][]byte{secret}, counts: Counts{Lines: 1, Sessions: 1}},
		{name: "early secret", text: logLine("CLIENT_EARLY_TRAFFIC_SECRET", r, secret), label: ClientEarlyTraffic, want: [][]byte{secret}, counts: Counts{Lines: 1, Sessions: 1}},
		{name: "old name of an exporter", text: logLine("EARLY_EXPORTER_MASTER_SECRET", r, secret), label: EarlyExporter, want: [][]byte{secret}, counts: Counts{Lines: 1, Sessions: 1}},
		{name: "premaster by random", text: logLine("PMS_CLIENT_RANDOM", r, repeated(1, 256)), label: Premaster, want: [][]byte{repeated(1, 256)}, counts: Counts{Lines: 1, Sessions: 1}},
		{name: "label that nobody needs", text: logLine("ECH_SECRET", r, secret), counts: Counts{Ignored: 1}},
		{name: "words", text: "not a key log at all\n", counts: Counts{Damaged: 1}},
		{name: "odd hex", text: good[:len(good)-2] + "\n", counts: Counts{Damaged: 1}},
		{name: "short master secret", text: good[:len(good)-3] + "\n", counts: Counts{Damaged: 1}},
		{name: "no hex", text: good[:len(good)-3] + "zz\n", counts: Counts{Damaged: 1}},
		{name: "short random", text: "CLIENT_RANDOM 0102 " + hex.EncodeToString(secret), counts: Counts{Damaged: 1}},
		{name: "N too great", text: logLine("CLIENT_TRAFFIC_SECRET_256", r, secret), counts: Counts{Ignored: 1}},
		{name: "four words", text: strings.TrimSpace(good) + " more\n", counts: Counts{Damaged: 1}},
		{name: "long line", text: strings.Repeat("A", 1<<20) + "\n" + good, want: [][]byte{secret}, counts: Counts{Lines: 1, Damaged: 1, Sessions: 1}},
		{name: "long last line", text: good + strings.Repeat("A", 1<<20), want: [][]byte{secret}, counts: Counts{Lines: 1, Damaged: 1, Sessions: 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			whole, pieces := NewStore(), NewStore()
			whole.Add([]byte(tt.text))
			var l lineReader
			for i := range len(tt.text) {
				l.read(pieces, []byte{tt.text[i]})
			}
			l.end(pieces)
			for name, s := range map[string]*Store{"whole": whole, "octet by octet": pieces} {
				if diff := cmp.Diff(tt.want, s.Secrets(r, tt.label, tt.n)); diff != "" {
					t.Errorf("%s: secrets: %s", name, diff)
				}
				if diff := cmp.Diff(tt.counts, s.Counts()); diff != "" {
					t.Errorf("%s: counts: %s", name, diff)
				}
				if s.Has(r) != (tt.counts.Sessions > 0) {
					t.Errorf("%s: Has is %t", name, s.Has(r))
				}
			}
		})
	}
}

func TestRSALine(t *testing.T) {
	s := NewStore()
	premaster := append([]byte{3, 3}, repeated(5, 46)...)
	s.Add(fmt.Appendf(nil, "RSA 0102030405060708 %x\nRSA 01020304 %x\n", premaster, premaster))
	encrypted := append([]byte{1, 2, 3, 4, 5, 6, 7, 8}, repeated(0xEE, 248)...)
	if diff := cmp.Diff([][]byte{premaster}, s.Premasters(encrypted)); diff != "" {
		t.Error(diff)
	}
	if found := s.Premasters([]byte{1, 2}); found != nil {
		t.Errorf("%d premaster secrets for two octets", len(found))
	}
	if found := s.Secrets(&Random{1, 2, 3, 4, 5, 6, 7, 8}, Premaster, 0); found != nil {
		t.Error("a line RSA was taken for one of a random")
	}
	if diff := cmp.Diff(Counts{Lines: 1, Damaged: 1, Sessions: 1}, s.Counts()); diff != "" {
		t.Error(diff)
	}
}

func TestAppendLines(t *testing.T) {
	r := random(1)
	text := logLine("CLIENT_HANDSHAKE_TRAFFIC_SECRET", r, repeated(1, 32)) +
		logLine("CLIENT_TRAFFIC_SECRET_0", r, repeated(2, 32)) + logLine("CLIENT_TRAFFIC_SECRET_12", r, repeated(3, 32)) +
		logLine("PMS_CLIENT_RANDOM", r, repeated(4, 48)) + logLine("EXPORTER_SECRET", r, repeated(5, 32))
	s := NewStore()
	s.Add([]byte(text + logLine("CLIENT_RANDOM", random(2), repeated(9, 48))))
	if diff := cmp.Diff(text, string(s.AppendLines(nil, r))); diff != "" {
		t.Error(diff)
	}
	if lines := s.AppendLines(nil, random(3)); lines != nil {
		t.Errorf("%q for a random that is not there", lines)
	}
}

func TestStoreIsBounded(t *testing.T) {
	const sessions = 1000
	s := NewStore()
	s.budget = 100 * (sessionCost + packedHeader + 48)
	for i := range sessions {
		s.Add([]byte(logLine("CLIENT_RANDOM", random(i), repeated(1, 48))))
	}
	if diff := cmp.Diff(Counts{Lines: sessions, Sessions: 100, Evicted: sessions - 100}, s.Counts()); diff != "" {
		t.Error(diff)
	}
	if s.Has(random(sessions-101)) || !s.Has(random(sessions-100)) || !s.Has(random(sessions-1)) {
		t.Error("not the oldest were forgotten")
	}
	if len(s.order) > 300 {
		t.Errorf("%d finders are kept in order of 100 sessions", len(s.order))
	}
	for i := range sessions {
		s.Add([]byte(logLine("CLIENT_TRAFFIC_SECRET_0", random(1), repeated(byte(i), 32-i%2*32+48*(i%2)))))
		s.Add(fmt.Appendf(nil, "PMS_CLIENT_RANDOM %x %0200x\n", random(1)[:], i))
	}
	if n := len(s.sessions[finder{random: *random(1)}]); n > maxPacked {
		t.Errorf("one session has %d octets of secrets", n)
	}
}

func TestStoreWhileItGrows(t *testing.T) {
	s := NewStore()
	var looking sync.WaitGroup
	done := make(chan struct{})
	for range 4 {
		looking.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-done:
					return
				default:
					s.Secrets(random(i%100), ClientRandom, 0)
					s.Counts()
				}
			}
		})
	}
	for i := range 1000 {
		before := s.Version()
		s.Add([]byte(logLine("CLIENT_RANDOM", random(i), repeated(1, 48))))
		if s.Version() == before {
			t.Fatal("the version did not grow")
		}
	}
	close(done)
	looking.Wait()
	s.Close()
	if s.Has(random(1)) {
		t.Error("a closed store has secrets")
	}
}

// FuzzKeyLog cuts a key log anywhere: what is kept must not depend on it, and
// what is printed must be read the same again.
func FuzzKeyLog(f *testing.F) {
	r := random(1)
	f.Add([]byte(logLine("CLIENT_RANDOM", r, repeated(1, 48))+"# comment\r\nRSA 0102030405060708 00\n"), uint16(70))
	f.Add([]byte(logLine("CLIENT_TRAFFIC_SECRET_3", r, repeated(1, 32))+"CLIENT"), uint16(3))
	f.Fuzz(func(t *testing.T, text []byte, cut uint16) {
		whole, pieces := NewStore(), NewStore()
		whole.Add(text)
		at := min(int(cut), len(text))
		var l lineReader
		l.read(pieces, text[:at])
		l.read(pieces, text[at:])
		l.end(pieces)
		if diff := cmp.Diff(whole.Counts(), pieces.Counts()); diff != "" {
			t.Fatal(diff)
		}
		for f := range whole.sessions {
			if f.encrypted {
				continue
			}
			again := NewStore()
			again.Add(whole.AppendLines(nil, &f.random))
			if !bytes.Equal(again.sessions[f], whole.sessions[f]) || !bytes.Equal(pieces.sessions[f], whole.sessions[f]) {
				t.Fatal("printed and read again, or cut, the secrets are others")
			}
		}
	})
}

// BenchmarkKeyLog reads a key log of a thousand sessions of TLS 1.3.
func BenchmarkKeyLog(b *testing.B) {
	var text []byte
	for i := range 1000 {
		for _, label := range []string{"SERVER_HANDSHAKE_TRAFFIC_SECRET", "EXPORTER_SECRET", "SERVER_TRAFFIC_SECRET_0", "CLIENT_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_TRAFFIC_SECRET_0"} {
			text = append(text, logLine(label, random(i), repeated(byte(i), 48))...)
		}
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		NewStore().Add(text)
	}
}
