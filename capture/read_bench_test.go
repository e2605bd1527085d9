package capture

import (
	"encoding/binary"
	"io"
	"math/rand/v2"
	"testing"
)

// traffic is a capture of about size octets in which one packet of 300 is mail.
func traffic(size int) []wirePacket {
	r := rand.New(rand.NewPCG(9, 10))
	var list []wirePacket
	for n := 0; n < size; {
		frame := webFrame(1, []int{0, 0, 200, 1448, 1448, 1448}[r.IntN(6)])
		if r.IntN(300) == 0 {
			frame = mailFrame(1, 100)
		}
		list = append(list, wirePacket{at: int64(len(list)) * 1e6, data: frame})
		n += len(frame) + pcapRecordHeaderLen
	}
	return list
}

func readToEnd(s Source) {
	for {
		b, err := s.Next()
		if err == io.EOF {
			return
		}
		b.Release()
	}
}

func benchmarkRead(b *testing.B, data []byte) {
	b.ReportAllocs()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		readToEnd(openMemory(b, 0, data))
	}
}

func BenchmarkReadPcap(b *testing.B) {
	benchmarkRead(b, pcapWriter{order: binary.LittleEndian}.file(traffic(256<<20)))
}

func BenchmarkReadPcapng(b *testing.B) {
	benchmarkRead(b, ngWriter{binary.LittleEndian}.file(traffic(256<<20)))
}

// A packet costs no allocation: a capture of five times the length costs a few
// more for its blocks, not for its packets.
func TestNoAllocationPerPacket(t *testing.T) {
	const size = 4 << 20
	packets := traffic(5 * size)
	tests := []struct {
		name         string
		short, long  []byte
		packets, KiB int
	}{
		{
			name:  "pcap",
			short: pcapWriter{order: binary.LittleEndian}.file(packets[:len(packets)/5]),
			long:  pcapWriter{order: binary.LittleEndian}.file(packets),
		},
		{
			name:  "pcapng",
			short: ngWriter{binary.LittleEndian}.file(packets[:len(packets)/5]),
			long:  ngWriter{binary.LittleEndian}.file(packets),
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			allocations := func(data []byte) float64 {
				return testing.AllocsPerRun(5, func() { readToEnd(openMemory(t, 0, data)) })
			}
			more := allocations(tt.long) - allocations(tt.short)
			if blocks := float64(len(tt.long)-len(tt.short)) / defaultBlockSize; more > 4*blocks {
				t.Errorf("%.0f more allocations for %.0f more blocks, %d more packets", more, blocks, len(packets)*4/5)
			}
		})
	}
}
