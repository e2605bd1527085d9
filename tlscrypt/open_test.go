package tlscrypt

import (
	"bytes"
	"crypto/tls"
	"errors"
	"strings"
	"testing"
)

var greeting = []byte("220 mail.contoso.test ESMTP\r\n")

// TestOpenEveryProtection opens records in order, of all sizes, empty ones too,
// by one opener into one buffer.
func TestOpenEveryProtection(t *testing.T) {
	long := bytes.Repeat([]byte("x"), MaxPlaintext)
	for _, p := range everyProtection() {
		t.Run(p.String(), func(t *testing.T) {
			s, o := newSealer(t, p)
			dst := make([]byte, 0, MaxPlaintext+512)
			for seq := range uint64(60) {
				want := long[:min(len(long), int(seq*seq*seq))]
				typ := Handshake + ContentType(seq%2)
				s.padding = int(seq) % 4
				record := s.seal(typ, seq, want)
				got, gotType, err := o.Open(append(dst[:0], "before "...), record, seq)
				if err != nil {
					t.Fatalf("record %d: %v", seq, err)
				}
				if gotType != typ || !bytes.Equal(got[7:], want) || string(got[:7]) != "before " {
					t.Fatalf("record %d: type %d, %d octets", seq, gotType, len(got))
				}
			}
			record := s.seal(ApplicationData, 60, greeting)
			if o.Chaining() != Independent {
				return // a second reading is another place in the stream
			}
			allowed := 0.0
			if a := p.Suite.algorithm(); a.mode == modeAEAD && a.ivLen == 4 && !strings.HasPrefix(a.cipher, "AES") {
				allowed = 8 // the standard library's GCM over a cipher that is not its own
			}
			if n := testing.AllocsPerRun(100, func() {
				if _, _, err := o.Open(dst[:0], record, 60); err != nil {
					t.Fatal(err)
				}
			}); n > allowed {
				t.Errorf("%v allocations", n)
			}
		})
	}
}

// TestOneBitFlipped flips each bit of a record: it never opens.
func TestOneBitFlipped(t *testing.T) {
	for _, p := range everyProtection() {
		t.Run(p.String(), func(t *testing.T) {
			s, o := newSealer(t, p)
			record := s.seal(ApplicationData, 0, greeting)
			room := make([]byte, 0, 1024)
			for bit := range 8 * len(record) {
				damaged := bytes.Clone(record)
				damaged[bit/8] ^= 1 << (bit % 8)
				got, _, err := o.Open(room, damaged, 0)
				if err == nil {
					t.Fatalf("with bit %d flipped it opens", bit)
				}
				if !errors.Is(err, ErrMAC) && !errors.Is(err, ErrMalformed) {
					t.Fatalf("bit %d: %v", bit, err)
				}
				if len(got) != 0 {
					t.Fatalf("bit %d: %d octets although %v", bit, len(got), err)
				}
				if bytes.Contains(room[:cap(room)], greeting[8:20]) {
					t.Fatalf("bit %d: unverified plaintext stays in the buffer", bit)
				}
			}
			for _, seq := range []uint64{1, 1 << 8, 1 << 63} {
				if _, _, err := o.Open(nil, record, seq); !errors.Is(err, ErrMAC) {
					t.Errorf("with number %d: %v", seq, err)
				}
			}
			for length := range len(record) {
				if _, _, err := o.Open(nil, record[:length], 0); !errors.Is(err, ErrMalformed) {
					t.Fatalf("cut to %d: %v", length, err)
				}
			}
			if got, _, err := o.Open(nil, record, 0); err != nil || !bytes.Equal(got, greeting) {
				t.Errorf("after all of that the record itself: %v", err)
			}
		})
	}
}

// TestShortFragments seals nothing and gives an opener fragments of all short
// lengths.
func TestShortFragments(t *testing.T) {
	for _, p := range everyProtection() {
		t.Run(p.String(), func(t *testing.T) {
			_, o := newSealer(t, p)
			for length := range 200 {
				record := append([]byte{23, 3, 3, 0, byte(length)}, make([]byte, length)...)
				if _, _, err := o.Open(nil, record, 0); !errors.Is(err, ErrMAC) && !errors.Is(err, ErrMalformed) {
					t.Fatalf("%d octets: %v", length, err)
				}
			}
		})
	}
}

// TestAfterAGap loses record 1 of 0, 1, 2, 3.
func TestAfterAGap(t *testing.T) {
	for _, p := range everyProtection() {
		t.Run(p.String(), func(t *testing.T) {
			s, o := newSealer(t, p)
			var records [4][]byte
			for seq := range records {
				records[seq] = s.seal(ApplicationData, uint64(seq), greeting)
			}
			open := func(seq uint64, want error) {
				t.Helper()
				// A number that is too low is tried first, as after a gap.
				if _, _, err := o.Open(nil, records[seq], seq+7); err == nil {
					t.Fatalf("record %d opens by another number", seq)
				}
				got, _, err := o.Open(nil, records[seq], seq)
				if !errors.Is(err, want) || want == nil && !bytes.Equal(got, greeting) {
					t.Fatalf("record %d: %v", seq, err)
				}
			}
			open(0, nil)
			lost := records[1][HeaderLen:]
			switch o.Chaining() {
			case Independent:
			case LastBlock:
				o.Skip(int64(len(lost)))
				open(2, ErrBroken)
				o.Pass(records[2][HeaderLen:])
			case Keystream:
				o.Skip(int64(len(lost)))
				open(2, nil)
			}
			open(3, nil)
			if o.Chaining() != Independent {
				o.Skip(-1)
				if _, _, err := o.Open(nil, records[3], 3); !errors.Is(err, ErrBroken) {
					t.Errorf("after a gap of unknown length: %v", err)
				}
			}
			o.Close()
			if _, _, err := o.Open(nil, records[3], 3); err == nil {
				t.Error("a closed opener opens")
			}
		})
	}
}

// TestTailIsEnough passes only the end of the record before to CBC of TLS 1.0.
func TestTailIsEnough(t *testing.T) {
	for _, etm := range []bool{false, true} {
		p := params(tls.VersionTLS10, 0x002F)
		p.EncryptThenMAC = etm
		s, o := newSealer(t, p)
		first, second := s.seal(ApplicationData, 0, bytes.Repeat(greeting, 9)), s.seal(ApplicationData, 1, greeting)
		o.Pass(first[len(first)-64:])
		if _, _, err := o.Open(nil, second, 1); err != nil {
			t.Errorf("encrypt-then-MAC %t: %v", etm, err)
		}
	}
}

func TestNoContentType(t *testing.T) {
	s, o := newSealer(t, params(tls.VersionTLS13, 0x1301))
	s.padding = 20
	if got, _, err := o.Open(nil, s.seal(0, 0, nil), 0); !errors.Is(err, ErrMalformed) || len(got) != 0 {
		t.Errorf("nothing but padding: %v", err)
	}
}

// FuzzOpen opens anything by any protection: it neither panics nor opens what
// was not sealed.
func FuzzOpen(f *testing.F) {
	protections := everyProtection()
	for i, p := range protections {
		s, _ := newSealer(f, p)
		f.Add(uint8(i), uint64(0), s.seal(ApplicationData, 0, greeting), uint16(10), byte(0))
	}
	f.Fuzz(func(t *testing.T, which uint8, seq uint64, record []byte, at uint16, flip byte) {
		p := protections[int(which)%len(protections)]
		s, o := newSealer(t, p)
		sealed := s.seal(ApplicationData, 0, greeting)
		if len(record) > 0 {
			record[int(at)%len(record)] ^= flip
		}
		got, _, err := o.Open(nil, record, seq)
		if err == nil && (seq != 0 || !bytes.Equal(record, sealed)) {
			t.Fatalf("%d octets open that nobody sealed", len(got))
		}
		o.Pass(record)
		o.Skip(int64(at))
	})
}
