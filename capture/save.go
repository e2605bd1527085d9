package capture

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"net/netip"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
)

// A Connection names a TCP connection of a capture: its ends, and the times of
// its first and its last packet (Unix nanoseconds), because ports are used again.
type Connection struct {
	Client, Server netip.AddrPort
	Start, End     int64
}

// SavePackets reads a source to its end and writes the packets of connections
// as pcapng, as they were captured: with their link headers, times to the
// nanosecond and the lengths that they had on the wire. It returns how many. A
// datagram that was put together from fragments is written whole. keylog, unless it
// is empty, is the text of a TLS key log, and goes in front of the packets as a
// Decryption Secrets Block. Of the packets of Batch.Beside those are written that
// beside wants; nil wants none.
func SavePackets(w io.Writer, from Source, connections []Connection, keylog []byte, beside func(*Packet) bool) (int64, error) {
	wanted := make(map[flowKey][]Connection, len(connections))
	for _, c := range connections {
		key := keyBetween(c.Client, c.Server)
		wanted[key] = append(wanted[key], c)
	}
	out := packetWriter{w: w, ids: make(map[interfaceKey]int), keylog: keylog}
	var s segment
	for {
		batch, err := from.Next()
		if errors.Is(err, io.EOF) {
			return out.packets, out.flush()
		}
		if err != nil {
			return out.packets, fmt.Errorf("read packets: %w", err)
		}
		err = nil
		for p := range inOrder(batch) {
			switch {
			case p.lane != laneBeside && decode(p, &s) && oneOf(wanted[s.key], p.Time):
			case p.lane != laneConnection && beside != nil && beside(p):
			default:
				continue
			}
			if err = out.write(p); err != nil {
				break
			}
		}
		batch.Release()
		if err != nil {
			return out.packets, err
		}
	}
}

// inOrder gives the packets of a batch, both ways together, each once.
func inOrder(b *Batch) iter.Seq[*Packet] {
	return func(yield func(*Packet) bool) {
		packets, beside := b.Packets, b.Beside
		for len(packets) > 0 || len(beside) > 0 {
			var next *Packet
			if len(beside) == 0 || len(packets) > 0 && packets[0].Frame <= beside[0].Frame {
				next, packets = &packets[0], packets[1:]
				if len(beside) > 0 && beside[0].Frame == next.Frame {
					beside = beside[1:]
				}
			} else {
				next, beside = &beside[0], beside[1:]
			}
			if !yield(next) {
				return
			}
		}
	}
}

// keyBetween is the key of the flow between two ends.
func keyBetween(a, b netip.AddrPort) flowKey {
	ipA, ipB := a.Addr().As16(), b.Addr().As16()
	var r route
	r.set(address6(ipA[:]), address6(ipB[:]), a.Port(), b.Port())
	return r.key
}

// oneOf tells that a packet of that time is one of a connection.
func oneOf(connections []Connection, at int64) bool {
	for i := range connections {
		if at >= connections[i].Start && at <= connections[i].End {
			return true
		}
	}
	return false
}

// An interfaceKey is what a pcapng interface stands for: packets put together
// from fragments have another link type than their interface.
type interfaceKey struct {
	number uint32
	link   LinkType
}

// A packetWriter writes pcapng. Interfaces are described when their first packet
// comes.
type packetWriter struct {
	w       io.Writer
	ng      *pcapgo.NgWriter
	ids     map[interfaceKey]int
	keylog  []byte // to be written first
	packets int64
}

func (o *packetWriter) write(p *Packet) error {
	id, err := o.id(p)
	if err != nil {
		return err
	}
	o.packets++
	return o.ng.WritePacket(gopacket.CaptureInfo{
		Timestamp:     time.Unix(0, p.Time).UTC(),
		CaptureLength: len(p.Data), Length: max(int(p.WireLen), len(p.Data)),
		InterfaceIndex: id,
	}, p.Data)
}

func (o *packetWriter) id(p *Packet) (id int, err error) {
	key := interfaceKey{p.Interface, p.Link}
	id, known := o.ids[key]
	if known {
		return id, nil
	}
	described := pcapgo.NgInterface{LinkType: layers.LinkType(p.Link), TimestampResolution: 9}
	if o.ng == nil {
		o.ng, err = pcapgo.NewNgWriterInterface(o.w, described, pcapgo.NgWriterOptions{
			SectionInfo: pcapgo.NgSectionInfo{Application: "smtpscope"},
		})
		if err == nil && len(o.keylog) > 0 {
			err = o.ng.WriteDecryptionSecretsBlock(pcapgo.DSB_SECRETS_TYPE_TLS, o.keylog)
		}
	} else {
		id, err = o.ng.AddInterface(described)
	}
	if err == nil {
		o.ids[key] = id
	}
	return id, err
}

// flush ends the file. One without packets is a whole one, too.
func (o *packetWriter) flush() error {
	if o.ng == nil {
		if _, err := o.id(&Packet{Link: LinkEthernet}); err != nil {
			return err
		}
	}
	return o.ng.Flush()
}
