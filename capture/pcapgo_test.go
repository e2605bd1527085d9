package capture

import (
	"bytes"
	"encoding/binary"
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/pcapgo"
)

// allRules keep each TCP packet.
var allRules = Rules{AnyPort: true}

// What pcapgo reads of the same octets is the same.
func TestAgreesWithPcapgo(t *testing.T) {
	packets := conversation(500, 1000)
	nano := conversation(500, 1)
	tests := []struct {
		name string
		data []byte
		open func(io.Reader) (gopacket.PacketDataSource, error)
	}{
		{"pcap", pcapWriter{order: binary.LittleEndian}.file(packets), openPcapgo},
		{"pcap, big-endian", pcapWriter{order: binary.BigEndian}.file(packets), openPcapgo},
		{"pcap, nanoseconds", pcapWriter{order: binary.BigEndian, magic: pcapMagicNano}.file(nano), openPcapgo},
		{"pcapng", ngWriter{binary.LittleEndian}.file(packets), openPcapgoNg},
		{"pcapng, big-endian", ngWriter{binary.BigEndian}.file(packets), openPcapgoNg},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			theirs, err := tt.open(bytes.NewReader(tt.data))
			if err != nil {
				t.Fatal(err)
			}
			checkAgainst(t, tt.data, theirs)
		})
	}
}

// What pcapgo writes is read.
func TestReadsWhatPcapgoWrites(t *testing.T) {
	var b bytes.Buffer
	w, err := pcapgo.NewNgWriter(&b, 1) // Ethernet
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range conversation(100, 1) {
		info := gopacket.CaptureInfo{
			Timestamp: timeOf(p.at), CaptureLength: len(p.data), Length: int(p.wireLen()),
		}
		if err := w.WritePacket(info, p.data); err != nil {
			t.Fatal(err)
		}
		if i%10 == 0 {
			if err := w.WriteDecryptionSecretsBlock(0x544c534b, []byte("secret")); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	theirs, err := openPcapgoNg(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	checkAgainst(t, b.Bytes(), theirs)
}

func checkAgainst(t *testing.T, data []byte, theirs gopacket.PacketDataSource) {
	t.Helper()
	s, err := OpenFiles(writeFiles(t, data), Options{Rules: allRules, blockSize: 700})
	if err != nil {
		t.Fatal(err)
	}
	var want []seen
	var clock int64
	for {
		octets, info, err := theirs.ReadPacketData()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		clock = max(clock, info.Timestamp.UnixNano())
		want = append(want, seen{
			Frame: int64(len(want) + 1), Time: info.Timestamp.UnixNano(), Clock: clock, Data: string(octets),
			WireLen: uint32(info.Length), Link: LinkEthernet,
		})
	}
	if diff := cmp.Diff(want, drain(t, s).Packets); diff != "" || len(want) == 0 {
		t.Errorf("(-pcapgo +ours):\n%s", diff)
	}
}

func openPcapgo(r io.Reader) (gopacket.PacketDataSource, error) { return pcapgo.NewReader(r) }

func openPcapgoNg(r io.Reader) (gopacket.PacketDataSource, error) {
	return pcapgo.NewNgReader(r, pcapgo.DefaultNgReaderOptions)
}

func timeOf(nanos int64) time.Time { return time.Unix(0, nanos) }
