package capture_test

import (
	"errors"
	"io"
	"smtpscope/capture"
	"smtpscope/testnet"
	"testing"
	"time"
)

// TestLiveDropsAreCounted: nobody reads, and the buffer fills.
func TestLiveDropsAreCounted(t *testing.T) {
	n := testnet.New(t)
	n.Veth("v0", "v1")
	witness := n.Witness("v0")
	var source capture.Source
	var err error
	n.Do(func() {
		source, err = capture.OpenLive([]string{"v0"}, capture.LiveOptions{Rules: capture.Rules{Ports: []uint16{25}}, Buffer: 1})
	})
	if err != nil {
		t.Fatal(err)
	}
	send := n.Sender("v1")
	frame := ethernet(0x0800, segment4(1, -1, make([]byte, 60000))...)
	const sent = 200 // of 60 kB: 12 MB, into 4 MiB
	for range sent {
		send.Send(frame)
		witness.Hear(1)
	}
	source.Close()
	var read, held int64
	var batches []*capture.Batch
	for {
		batch, err := source.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		read += int64(len(batch.Packets))
		batches = append(batches, batch)
	}
	for _, b := range batches { // also after the end they are good to read
		for _, p := range b.Packets {
			held += int64(p.Data[len(p.Data)-1])
		}
		b.Release()
	}
	live := source.Stats().Live[0]
	if read == 0 || live.Dropped == 0 || live.Seen != sent || read+live.Dropped != sent || live.Freezes == 0 || live.Peak < live.Buffer/2 || held != 0 {
		t.Errorf("%d read, %+v", read, live)
	}
}

// TestLiveGiants: packets before they are cut for the wire. Beyond 64 KiB their IP
// header cannot state their length.
func TestLiveGiants(t *testing.T) {
	n := testnet.New(t)
	least := 60 << 10
	if n.TryIP("link", "set", "lo", "mtu", "65536", "gso_max_size", "250000", "gso_ipv4_max_size", "250000", "gro_max_size", "250000", "gro_ipv4_max_size", "250000") {
		least = 100 << 10
	}
	client, server := n.Dial(25)
	l := listen(t, n, capture.LiveOptions{}, "lo")
	const sent = 8 << 20
	go func() {
		_, err := client.Write(make([]byte, sent))
		client.Close()
		if err != nil {
			t.Error(err)
		}
	}()
	if got, err := io.Copy(io.Discard, server); err != nil || got != sent {
		t.Fatalf("%d octets, %v", got, err)
	}
	var greatest uint32
	var octets octetCounter
	a := capture.NewAssembler(&octets, capture.Rules{Ports: []uint16{25}}, capture.Limits{})
	for _, p := range l.close() {
		greatest = max(greatest, p.WireLen)
		a.Packet(&p)
	}
	a.Flush(time.Now().UnixNano())
	if int(greatest) < least || octets.data != sent || octets.missing != 0 {
		t.Errorf("the greatest packet has %d octets (at least %d awaited); %d octets of %d, %d missing", greatest, least, octets.data, sent, octets.missing)
	}
}

// An octetCounter counts what an assembler hands out.
type octetCounter struct{ data, missing int64 }

func (c *octetCounter) Chunk(chunk *capture.Chunk) {
	c.data += int64(len(chunk.Data))
	c.missing += chunk.Missing
}
