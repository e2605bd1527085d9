package capture

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"time"
)

// The magic numbers of pcap files (draft-ietf-opsawg-pcap, section 4) as a
// little-endian machine reads its own.
const (
	pcapMagicMicro    = 0xa1b2c3d4
	pcapMagicNano     = 0xa1b23c4d
	pcapMagicModified = 0xa1b2cd34 // Kuznetzov's, with eight more octets a record
)

const (
	pcapFileHeaderLen   = 24
	pcapRecordHeaderLen = 16
	pcapModifiedLen     = 24
)

// maxRecordLen is the greatest captured length that is believed. Snap lengths
// go up to 256 KiB, segments put together by the network card beyond.
const maxRecordLen = 16 << 20

// A pcapFile reads the records of a pcap file.
type pcapFile struct {
	in *input
	// swapped: the writer's byte order is big-endian.
	swapped bool
	// headerLen is the length of a record's header.
	headerLen int
	// unit is the length of a tick of the time's fraction in nanoseconds.
	unit  int64
	link  LinkType
	iface uint32
}

// pcapVariant says whether head begins with the magic number of a pcap file.
func pcapVariant(head []byte) (magic uint32, swapped, ok bool) {
	if len(head) < 4 {
		return 0, false, false
	}
	magic = binary.LittleEndian.Uint32(head)
	for _, swapped = range []bool{false, true} {
		switch magic {
		case pcapMagicMicro, pcapMagicNano, pcapMagicModified:
			return magic, swapped, true
		}
		magic = bits.ReverseBytes32(magic)
	}
	return 0, false, false
}

// beginsPcap reports whether b, the header of an empty record, is rather that of
// another pcap file: files get joined by cat, too. The record would be from the
// year 2055.
func beginsPcap(b []byte) bool {
	_, swapped, ok := pcapVariant(b)
	if !ok {
		return false
	}
	version := [4]byte{2, 0, 4, 0}
	if swapped {
		version = [4]byte{0, 2, 0, 4}
	}
	return [4]byte(b[4:8]) == version
}

// newPcapFile takes the file's header, whose magic number is known to be good,
// off the input. It returns nil if the header is cut.
func newPcapFile(in *input) *pcapFile {
	w := &in.window
	w.need = pcapFileHeaderLen
	if !w.more() {
		in.damaged("cut short in the file header (%d of %d bytes)", len(w.unread()), pcapFileHeaderLen)
		return nil
	}
	h := w.unread()[:pcapFileHeaderLen]
	magic, swapped, _ := pcapVariant(h)
	f := &pcapFile{in: in, swapped: swapped, headerLen: pcapRecordHeaderLen, unit: 1000}
	switch magic {
	case pcapMagicNano:
		f.unit = 1
	case pcapMagicModified:
		f.headerLen = pcapModifiedLen
	}
	// The upper half of the link type tells of a frame check sequence.
	f.link = LinkType(f.uint32(h[20:]))
	f.iface = in.tally.nextInterface()
	in.appeared(f.link)
	w.pos += pcapFileHeaderLen
	return f
}

func (f *pcapFile) uint32(b []byte) uint32 {
	v := binary.LittleEndian.Uint32(b)
	if f.swapped {
		return bits.ReverseBytes32(v)
	}
	return v
}

// A pcapRecord is the header of one record.
type pcapRecord struct {
	seconds, fraction   uint32
	captured, wireBytes uint32
}

func (f *pcapFile) header(b []byte) pcapRecord {
	_ = b[15]
	r := pcapRecord{
		seconds:   binary.LittleEndian.Uint32(b),
		fraction:  binary.LittleEndian.Uint32(b[4:]),
		captured:  binary.LittleEndian.Uint32(b[8:]),
		wireBytes: binary.LittleEndian.Uint32(b[12:]),
	}
	if f.swapped {
		r.seconds = bits.ReverseBytes32(r.seconds)
		r.fraction = bits.ReverseBytes32(r.fraction)
		r.captured = bits.ReverseBytes32(r.captured)
		r.wireBytes = bits.ReverseBytes32(r.wireBytes)
	}
	return r
}

// time returns the record's time in Unix nanoseconds. Seconds are taken as
// unsigned, which is good until 2106; no pair of values overflows.
func (f *pcapFile) time(r pcapRecord) int64 {
	return int64(r.seconds)*int64(time.Second) + int64(r.fraction)*f.unit
}

// records is the loop over all packets of a capture, wanted or not: whatever is
// added here is paid for by each of them.
func (f *pcapFile) records(out *batch, limit int64) status {
	in, t, w := f.in, f.in.tally, &f.in.window
	rest, end := w.unread(), hungry
	w.need = 1 // if it ends by t.stop
	for t.frame < t.stop {
		if len(rest) < f.headerLen {
			w.need, end = f.headerLen, hungry
			break
		}
		r := f.header(rest)
		if r.captured > maxRecordLen {
			end = astray
			break
		}
		size := f.headerLen + int(r.captured)
		if len(rest) < size {
			w.need, end = size, hungry
			break
		}
		if r.captured == 0 && beginsPcap(rest) {
			end = another
			break
		}
		at := f.time(r)
		if at > limit {
			in.head, end = at, limited
			break
		}
		in.at = at
		t.tick(at)
		t.frame++
		t.octets += int64(r.captured)
		in.packets++
		data := rest[f.headerLen:size:size]
		rest = rest[size:]
		if t.selector.dismisses(f.link, data) {
			continue
		}
		p := out.slot()
		p.Data = data
		p.Time, p.Clock, p.Frame = at, t.clock, t.frame
		p.WireLen = max(r.wireBytes, r.captured)
		p.Interface, p.Link = f.iface, f.link
		if t.selector.Select(p) {
			t.kept += out.keep(w.block)
		}
	}
	w.leave(len(rest))
	return end
}

func (f *pcapFile) absurdity() string {
	r := f.header(f.in.window.unread())
	return fmt.Sprintf("implausible length %d of packet %d at offset %d",
		r.captured, f.in.packets+1, f.in.window.offset())
}

func (f *pcapFile) cut() string {
	rest := f.in.window.unread()
	if len(rest) < f.headerLen {
		return fmt.Sprintf("cut short in packet %d (%d of %d bytes of its header)",
			f.in.packets+1, len(rest), f.headerLen)
	}
	return fmt.Sprintf("cut short in packet %d (%d of %d bytes)",
		f.in.packets+1, len(rest)-f.headerLen, f.header(rest).captured)
}

// plausible takes a chain of three headers for a sign of records: each leads to
// the next, with times close to what was read before.
func (f *pcapFile) plausible(b []byte, last bool) int {
	const chain = 3
	for at, i := 0, 0; ; i++ {
		switch {
		case i == chain, last && i > 0 && at == len(b):
			return 0
		case len(b) < at+f.headerLen && last:
			return -1
		case len(b) < at+f.headerLen:
			return at + f.headerLen
		}
		r := f.header(b[at:])
		if !f.likely(r) {
			return -1
		}
		at += f.headerLen + int(r.captured)
	}
}

// likely reports whether r looks like the header of a record of this file.
func (f *pcapFile) likely(r pcapRecord) bool {
	const span = int64(30 * 24 * time.Hour)
	if r.captured == 0 || r.captured > maxLikelyLen || r.wireBytes < r.captured || r.wireBytes > maxRecordLen {
		return false
	}
	if int64(r.fraction)*f.unit >= int64(time.Second) {
		return false
	}
	at := f.time(r)
	return f.in.packets == 0 && r.seconds != 0 || at > f.in.at-span && at < f.in.at+span
}
