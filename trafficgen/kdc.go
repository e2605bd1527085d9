package main

import (
	"bytes"
	"fmt"
	"net/netip"
	"path/filepath"
	"slices"

	"smtpscope/capture"
)

const (
	portKerberos = 88
	// maxDatagram is the longest payload of UDP that is no fragment, in octets.
	maxDatagram = 1500 - ipHeader - udpHeader
)

// readExchanges takes what clients said to KDCs in the captures of a folder, each
// connection or socket as one template.
func readExchanges(folder string) ([]template, error) {
	names, err := filepath.Glob(filepath.Join(folder, "*.pcap"))
	if err != nil {
		return nil, err
	}
	var all []template
	for _, name := range names {
		r := &exchanges{recorder: recorder{open: map[*capture.Conn]*template{}}, sockets: map[netip.AddrPort]int{}}
		if _, err := assemble(name, r, capture.Rules{Ports: []uint16{portKerberos}, Beside: true}); err != nil {
			return nil, err
		}
		all = append(append(all, r.done...), r.udp...)
	}
	all = slices.DeleteFunc(all, func(t template) bool { return len(t.turns) < 2 })
	if len(all) == 0 {
		return nil, fmt.Errorf("no exchanges with a KDC in %s", folder)
	}
	return all, nil
}

// exchanges records TCP and UDP. Clients use a socket for one request or for a few.
type exchanges struct {
	recorder
	sockets map[netip.AddrPort]int // in udp
	udp     []template
}

// datagram takes the next packet beside the connections.
func (r *exchanges) datagram(p *capture.Packet) {
	d, ok := p.Datagram()
	if !ok || len(d.Payload) > maxDatagram {
		return
	}
	client, dir := d.Source, capture.FromClient
	switch uint16(portKerberos) {
	case d.Source.Port():
		client, dir = d.Destination, capture.FromServer
	case d.Destination.Port():
	default:
		return
	}
	i, known := r.sockets[client]
	if !known {
		i = len(r.udp)
		r.sockets[client] = i
		r.udp = append(r.udp, template{port: portKerberos, udp: true})
	}
	t := &r.udp[i]
	t.turns = append(t.turns, turn{dir, bytes.Clone(d.Payload)})
}

// wantsExchange tells that there is less of clients' talk with KDCs than its share,
// and that the next session's client has said nothing yet.
func (t *traffic) wantsExchange() bool {
	return t.mix.kdc > 0 && t.asked != t.ids+1 && float64(t.kdc) < t.mix.kdc*float64(t.wire.sent)
}

// beginExchange has the client of the next session talk to a KDC.
func (t *traffic) beginExchange(f *flow) {
	t.asked = t.ids + 1
	e := &t.exchanges[t.wire.rng.IntN(len(t.exchanges))]
	f.beginReplay(t.wire, t.asked, e, false)
	if e.udp {
		f.state = sendDatagram
	}
}

// datagram sends the next one of a recorded socket.
func (f *flow) datagram(w *wire) {
	d := &f.template.turns[f.turn]
	w.end(append(f.appendUDP(w.begin(), d.dir, len(d.data)), d.data...))
	if f.turn++; f.turn == len(f.template.turns) {
		f.state = idle
	}
}
