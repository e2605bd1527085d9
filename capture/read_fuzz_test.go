package capture

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func FuzzReadPcap(f *testing.F) {
	packets := conversation(12, 1000)
	for _, w := range []pcapWriter{
		{order: binary.LittleEndian},
		{order: binary.BigEndian, magic: pcapMagicNano},
		{order: binary.LittleEndian, magic: pcapMagicModified},
	} {
		data := w.file(packets)
		f.Add(data, uint16(100))
		absurd := w.words(nil, 1_700_000_000, 0, 1<<31, 1<<31)
		f.Add(slices.Concat(data, absurd, data[len(w.header()):]), uint16(1000))
		f.Add(slices.Concat(data, data[:len(data)-5]), uint16(3))
	}
	f.Fuzz(func(t *testing.T, data []byte, blockSize uint16) {
		if _, _, ok := pcapVariant(data); ok {
			checkSplit(t, data, int(blockSize))
		}
	})
}

func FuzzReadPcapng(f *testing.F) {
	packets := conversation(12, 1000)
	for _, w := range ngWriters {
		data := w.file(packets)
		f.Add(data, uint16(100))
		f.Add(slices.Concat(data, w.secrets(1, "secret"), w.simple(packets[0]), w.block(ngCustom, w.words(1)), data), uint16(1000))
		f.Add(slices.Concat(data, data[7:]), uint16(3))
		f.Add(slices.Concat(w.section(), w.iface(LinkRaw, 20, w.option(ngTsResol, []byte{0xff})), w.obsolete(0, 1<<63, packets[1])), uint16(40))
	}
	f.Fuzz(func(t *testing.T, data []byte, blockSize uint16) {
		if isPcapng(data) {
			checkSplit(t, data, int(blockSize))
		}
	})
}

// checkSplit wants the same of data whatever the size of the blocks, and from a
// merge of the data with itself twice the packets.
func checkSplit(t *testing.T, data []byte, blockSize int) {
	whole := drain(t, openMemory(t, 1<<20, data))
	split := drain(t, openMemory(t, 1+blockSize, data))
	if diff := cmp.Diff(whole, split); diff != "" {
		t.Fatalf("blocks of %d (-whole +split):\n%s", 1+blockSize, diff)
	}
	if whole.Stats.Bytes > int64(len(data)) {
		t.Fatalf("%d octets of packets in %d octets", whole.Stats.Bytes, len(data))
	}
	pair := drain(t, openMemory(t, 1+blockSize, data, data))
	if pair.Stats.Packets != 2*whole.Stats.Packets {
		t.Fatalf("%d packets in a merge of twice %d", pair.Stats.Packets, whole.Stats.Packets)
	}
}
