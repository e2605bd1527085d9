package capture

import (
	"bytes"
	"io"
	"net/netip"
	"slices"
	"testing"

	"smtpscope/pcaps"
)

// all reads a source and gives copies of its packets.
func allPackets(t *testing.T, s Source) []Packet {
	t.Helper()
	var list []Packet
	for {
		b, err := s.Next()
		if err == io.EOF {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range b.Packets {
			p.Data = bytes.Clone(p.Data)
			list = append(list, p)
		}
		b.Release()
	}
}

func openSample(t *testing.T, data []byte) Source {
	t.Helper()
	s, err := OpenFiles([]string{"-"}, Options{Rules: Rules{Ports: []uint16{25, 587}}, Stdin: bytes.NewReader(data)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestSavePackets(t *testing.T) {
	// Two connections, one of them to port 25; pcapng, so that a file of two
	// interfaces is written where there are two.
	whole, err := pcaps.FS.ReadFile("ntlm-on-25-kerberos-on-587-same-server.pcapng")
	if err != nil {
		t.Fatal(err)
	}
	var want []Packet
	var chosen Connection
	for _, p := range allPackets(t, openSample(t, whole)) {
		var s segment
		if !decode(&p, &s) || s.src().Port() != 25 && s.dst().Port() != 25 {
			continue
		}
		if chosen.Start == 0 {
			chosen = Connection{Client: s.src(), Server: s.dst(), Start: p.Time}
		}
		chosen.End = p.Time
		want = append(want, p)
	}
	var file bytes.Buffer
	n, err := SavePackets(&file, openSample(t, whole), []Connection{chosen}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := allPackets(t, openSample(t, file.Bytes()))
	if int(n) != len(want) || len(got) != len(want) || n == 0 {
		t.Fatalf("%d packets written, %d read back, want %d", n, len(got), len(want))
	}
	for i := range got {
		if got[i].Time != want[i].Time || got[i].WireLen != want[i].WireLen || got[i].Link != want[i].Link || !bytes.Equal(got[i].Data, want[i].Data) {
			t.Errorf("packet %d is not as it was", i)
		}
	}
}

func TestSavePacketsKeepsToTheTime(t *testing.T) {
	whole, err := pcaps.FS.ReadFile("kerberos-raw-on-587.pcap")
	if err != nil {
		t.Fatal(err)
	}
	all := allPackets(t, openSample(t, whole))
	var s segment
	decode(&all[0], &s)
	third := all[2].Time
	var file bytes.Buffer
	n, err := SavePackets(&file, openSample(t, whole), []Connection{{Client: s.dst(), Server: s.src(), Start: third, End: third}}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	same := len(slices.DeleteFunc(all, func(p Packet) bool { return p.Time != third }))
	if int(n) != same {
		t.Errorf("%d packets of one moment, want %d", n, same)
	}
}

func TestSavePacketsOfNobody(t *testing.T) {
	whole, err := pcaps.FS.ReadFile("kerberos-raw-on-587.pcap")
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	other := netip.MustParseAddrPort("192.0.2.1:1")
	if n, err := SavePackets(&file, openSample(t, whole), []Connection{{Client: other, Server: other, End: 1 << 62}}, []byte("CLIENT_RANDOM 00 11\n"), nil); n != 0 || err != nil {
		t.Fatalf("%d packets, %v", n, err)
	}
	if got := allPackets(t, openSample(t, file.Bytes())); len(got) != 0 {
		t.Errorf("%d packets in an empty file", len(got))
	}
}
