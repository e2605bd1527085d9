package capture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"testing"
	"time"
)

// bpfRecord writes a packet as /dev/bpf does, with a header of so many octets.
func bpfRecord(l bpfLayout, header int, at time.Duration, wire int, data string) []byte {
	order := binary.NativeEndian
	b := make([]byte, header)
	word := 4
	put := func(i int, v time.Duration) { order.PutUint32(b[i*4:], uint32(v)) }
	if l.wide {
		word = 8
		put = func(i int, v time.Duration) { order.PutUint64(b[i*8:], uint64(v)) }
	}
	put(0, at/time.Second)
	put(1, at%time.Second/time.Microsecond)
	order.PutUint32(b[2*word:], uint32(len(data)))
	order.PutUint32(b[2*word+4:], uint32(wire))
	order.PutUint16(b[2*word+8:], uint16(header))
	b = append(b, data...)
	for len(b)%l.align != 0 {
		b = append(b, 0xee)
	}
	return b
}

func TestBPFBuffer(t *testing.T) {
	// bpf_hdr has 18 octets on macOS, where the header is as long as it takes for
	// the IP header to be aligned, and 26 on FreeBSD.
	for name, c := range map[string]struct {
		layout bpfLayout
		header int
	}{"darwin": {bpfDarwin, 18}, "freebsd": {bpfFreeBSD, 26}} {
		l := c.layout
		first := bpfRecord(l, c.header, 3*time.Second+7*time.Microsecond, 5, "first")
		second := bpfRecord(l, c.header, 4*time.Second, 1500, "the second one")
		last := bpfRecord(l, c.header+8, 5*time.Second, 1, "!")
		whole := bytes.Join([][]byte{first, second, last}, nil)
		tests := []struct {
			name string
			buf  []byte
			want string
		}{
			{"nothing", nil, ""},
			{"one", first, "3000007000 5 first\n"},
			{"several", whole, "3000007000 5 first\n4000000000 1500 the second one\n5000000000 1 !\n"},
			{"the last without padding", whole[:len(first)+len(second)+c.header+8+1], "3000007000 5 first\n4000000000 1500 the second one\n5000000000 1 !\n"},
			{"cut in a packet", whole[:len(first)+c.header+3], "3000007000 5 first\n"},
			{"cut in a header", whole[:len(first)+10], "3000007000 5 first\n"},
			{"a header without length", make([]byte, 64), ""},
		}
		for _, tt := range tests {
			t.Run(name+" "+tt.name, func(t *testing.T) {
				got := ""
				for _, p := range l.packets(tt.buf, nil) {
					got += fmt.Sprintln(p.time, p.wire, string(p.data))
				}
				if got != tt.want {
					t.Errorf("got\n%swant\n%s", got, tt.want)
				}
			})
		}
	}
}

// FuzzBPFBuffer: whatever is in the buffer, packets lie in it, one behind the other.
func FuzzBPFBuffer(f *testing.F) {
	f.Add(false, bpfRecord(bpfDarwin, 18, time.Second, 9, "hello"))
	f.Add(true, bpfRecord(bpfFreeBSD, 26, time.Second, 9, "hello"))
	f.Fuzz(func(t *testing.T, wide bool, buf []byte) {
		l := bpfDarwin
		if wide {
			l = bpfFreeBSD
		}
		octets := 0
		for _, p := range l.packets(buf, nil) {
			octets += len(p.data)
		}
		if octets > len(buf) {
			t.Errorf("%d octets in a buffer of %d", octets, len(buf))
		}
	})
}
