package capture

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/gopacket/gopacket/pcap"
)

// openLive is OpenLive by Npcap's wpcap.dll, which is loaded at run time.
func openLive(names []string, o LiveOptions) (Source, error) {
	if err := pcap.LoadWinPCAP(); err != nil {
		return nil, liveError(names[0], fmt.Errorf("%w without Npcap (npcap.com): %w", ErrNoLive, err))
	}
	return openDevices(names, o, openNpcap)
}

// An npcapDevice is a handle of Npcap.
type npcapDevice struct{ handle *pcap.Handle }

// npcapRoom is how many octets of packets are taken at once.
const npcapRoom = 1 << 20

func openNpcap(name string, o LiveOptions) (device, error) {
	own, err := npcapName(name)
	if err != nil {
		return nil, err
	}
	inactive, err := pcap.NewInactiveHandle(own)
	if err != nil {
		return nil, err
	}
	defer inactive.CleanUp()
	snapLen := o.SnapLen
	if snapLen <= 0 {
		snapLen = maxLikelyLen
	}
	for _, err := range []error{
		inactive.SetSnapLen(snapLen), inactive.SetPromisc(!o.Quiet),
		inactive.SetTimeout(deviceWait), inactive.SetBufferSize(o.Buffer),
	} {
		if err != nil {
			return nil, err
		}
	}
	handle, err := inactive.Activate()
	if err != nil {
		return nil, err
	}
	d := &npcapDevice{handle}
	filter := o.filterFor(d.link())
	instructions := make([]pcap.BPFInstruction, len(filter))
	for i, f := range filter {
		instructions[i] = pcap.BPFInstruction{Code: f.Op, Jt: f.Jt, Jf: f.Jf, K: f.K}
	}
	if len(filter) > 0 {
		if err := handle.SetBPFInstructionFilter(instructions); err != nil {
			handle.Close()
			return nil, fmt.Errorf("filter: %w", err)
		}
	}
	return d, nil
}

// npcapName finds what Npcap calls an interface that Windows, or its user, calls
// otherwise: it has the same addresses.
func npcapName(name string) (string, error) {
	devices, err := pcap.FindAllDevs()
	if err != nil {
		return "", err
	}
	var addresses []net.Addr
	if i, err := net.InterfaceByName(name); err == nil {
		addresses, _ = i.Addrs()
	}
	for _, d := range devices {
		if d.Name == name || strings.EqualFold(d.Description, name) {
			return d.Name, nil
		}
		for _, has := range d.Addresses {
			for _, a := range addresses {
				if n, ok := a.(*net.IPNet); ok && n.IP.Equal(has.IP) {
					return d.Name, nil
				}
			}
		}
	}
	return "", ErrNoInterface
}

func (d *npcapDevice) read(buf []byte, list []devicePacket) ([]devicePacket, error) {
	// What is there is taken at once, but packets that trickle in do not wait
	// for each other.
	until := time.Now().Add(deviceWait)
	for used := 0; used+maxLikelyLen <= len(buf) && (used == 0 || time.Now().Before(until)); {
		data, info, err := d.handle.ZeroCopyReadPacketData()
		switch {
		case errors.Is(err, pcap.NextErrorTimeoutExpired):
			return list, nil
		case err != nil:
			return list, err
		}
		n := copy(buf[used:], data)
		list = append(list, devicePacket{time: info.Timestamp.UnixNano(), data: buf[used : used+n : used+n], wire: uint32(info.Length)})
		used += n
	}
	return list, nil
}

func (d *npcapDevice) link() LinkType { return LinkType(d.handle.LinkType()) }
func (d *npcapDevice) room() int      { return npcapRoom }

func (d *npcapDevice) counts() (seen, dropped int64) {
	st, err := d.handle.Stats()
	if err != nil {
		return 0, 0
	}
	return int64(st.PacketsReceived), int64(st.PacketsDropped) + int64(st.PacketsIfDropped)
}

func (d *npcapDevice) close() { d.handle.Close() }
