package main

import (
	"errors"
	"io"
	"net/netip"
	"path/filepath"
	"testing"

	"smtpscope/capture"
)

// Clients of sessions talk to KDCs, and are the share of the packets that was asked
// for.
func TestKDCShare(t *testing.T) {
	const share = 0.02
	name := filepath.Join(t.TempDir(), "kdc.pcap")
	c, err := parseFlags([]string{"-kdc", "0.02", "-loss", "0", "-size", "8M", "-from", "../pcaps", "-o", name}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.write(); err != nil {
		t.Fatal(err)
	}
	talked, sessions, packets := clientsIn(t, name)
	if got := float64(talked.packets) / float64(packets); got < share-0.005 || got > share+0.005 {
		t.Errorf("%.4f of the packets are Kerberos, want %.4f", got, share)
	}
	if !talked.udp || !talked.tcp {
		t.Errorf("by UDP %v, by TCP %v: want both", talked.udp, talked.tcp)
	}
	lone := 0
	for client := range talked.clients {
		if !sessions[client] {
			lone++
		}
	}
	if lone > c.mix.flows { // those whose session would have begun after the end
		t.Errorf("%d of %d clients have no session", lone, len(talked.clients))
	}
}

type talk struct {
	packets  int64
	udp, tcp bool
	clients  map[netip.Addr]bool
}

// clientsIn tells who talks to KDCs in a capture, and who speaks SMTP.
func clientsIn(t *testing.T, name string) (talk, map[netip.Addr]bool, int64) {
	t.Helper()
	src, err := capture.OpenFiles([]string{name}, capture.Options{Rules: capture.Rules{Ports: smtpRules.Ports, Beside: true}})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	k, sessions := talk{clients: map[netip.Addr]bool{}}, speakers{}
	asm := capture.NewAssembler(sessions, smtpRules, capture.DefaultLimits())
	for {
		b, err := src.Next()
		if errors.Is(err, io.EOF) {
			asm.Flush(0)
			return k, sessions, src.Stats().Packets
		}
		if err != nil {
			t.Fatal(err)
		}
		for i := range b.Packets {
			asm.Packet(&b.Packets[i])
		}
		for i := range b.Beside {
			k.take(&b.Beside[i])
		}
		b.Release()
	}
}

func (k *talk) take(p *capture.Packet) {
	d, udp := p.Datagram()
	switch {
	case !udp: // the mix has no other TCP that is kept beside sessions
		k.tcp = true
		if what, client, _ := p.Signal(); what == capture.Attempted {
			k.clients[client.Addr()] = true
		}
	case d.Source.Port() == portKerberos:
	case d.Destination.Port() == portKerberos:
		k.udp = true
		k.clients[d.Source.Addr()] = true
	default:
		return // DNS
	}
	k.packets++
}

// speakers are the clients of sessions.
type speakers map[netip.Addr]bool

func (s speakers) Chunk(c *capture.Chunk) {
	if c.Kind == capture.Open {
		s[c.Conn.Client.Addr()] = true
	}
}
