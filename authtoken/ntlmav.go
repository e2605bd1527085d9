package authtoken

import (
	"encoding/binary"
	"strconv"
	"time"
)

// The AV_PAIR ids of [MS-NLMP] 2.2.2.1.
const (
	avEOL = iota
	avNbComputerName
	avNbDomainName
	avDNSComputerName
	avDNSDomainName
	avDNSTreeName
	avFlags
	avTimestamp
	avSingleHost
	avTargetName
	avChannelBindings
	avCount
)

var avIDs = [avCount]string{"MsvAvEOL", "MsvAvNbComputerName", "MsvAvNbDomainName", "MsvAvDnsComputerName",
	"MsvAvDnsDomainName", "MsvAvDnsTreeName", "MsvAvFlags", "MsvAvTimestamp", "MsvAvSingleHost",
	"MsvAvTargetName", "MsvAvChannelBindings"}

// The bits of MsvAvFlags.
const (
	avFlagConstrained  = 0x1
	avFlagMIC          = 0x2
	avFlagUntrustedSPN = 0x4
)

// avPairs is what a list of AV_PAIRs says.
type avPairs struct {
	names     [avCount]string // those that are strings
	flags     uint32
	timestamp time.Time
	bindings  bool // channel bindings that are not all zero
}

// avPairs reads AV_PAIRs up to MsvAvEOL. Their strings are UTF-16 whatever the
// flags of the message say.
func (s *scan) avPairs(in span) avPairs {
	var list avPairs
	for i := 0; ; {
		if !s.takes("AvPair", in, i, 4) {
			return list
		}
		id, size := int(le16(in.b[i:])), int(le16(in.b[i+2:]))
		if id == avEOL {
			s.add(avIDs[avEOL], "", in.sub(i, i+4))
			return list
		}
		if !s.takes(avName(id), in, i+4, size) {
			return list
		}
		s.avPair(&list, id, in.sub(i+4, i+4+size))
		i += 4 + size
	}
}

func avName(id int) string {
	if id < avCount {
		return avIDs[id]
	}
	return "AvId " + strconv.Itoa(id)
}

func (s *scan) avPair(list *avPairs, id int, at span) {
	value := ""
	switch id {
	case avNbComputerName, avNbDomainName, avDNSComputerName, avDNSDomainName, avDNSTreeName, avTargetName:
		value = s.str.textUTF16(at.b)
		list.names[id] = value
	case avFlags:
		if !s.takes(avIDs[id], at, 0, 4) {
			return
		}
		list.flags = le32(at.b)
		value = s.str.avFlagNames(list.flags)
	case avTimestamp:
		if !s.takes(avIDs[id], at, 0, 8) {
			return
		}
		list.timestamp, value = s.str.filetime(binary.LittleEndian.Uint64(at.b))
	case avSingleHost:
		s.singleHost(at)
		return
	case avChannelBindings:
		list.bindings = !allZero(at.b)
		if list.bindings {
			value = s.str.hex(at.b[:min(len(at.b), 32)])
		} else {
			value = s.str.joined("absent (", s.str.zeros(len(at.b)), ")")
		}
	default:
		value = s.str.octets(len(at.b))
	}
	s.add(avName(id), value, at)
}

// singleHost reads Single_Host_Data ([MS-NLMP] 2.2.2.2): Size, Z4, CustomData,
// MachineID. The machine's id is random and renewed at each boot.
func (s *scan) singleHost(at span) {
	defer s.leave(s.enter(avIDs[avSingleHost], at))
	if !s.takes("Size", at, 0, 48) {
		return
	}
	s.add("Size", s.str.number(int64(le32(at.b))), at.to(4))
	s.add("CustomData", s.str.hex(at.b[8:16]), at.sub(8, 16))
	s.add("MachineID", s.str.hex(at.b[16:48]), at.sub(16, 48))
}

func (w *words) avFlagNames(flags uint32) string {
	w.draft = appendHexNumber(w.draft[:0], uint64(flags), 4)
	for bit, name := range [...]string{"constrained authentication", "MIC present", "untrusted SPN"} {
		if flags&(1<<bit) != 0 {
			w.draft = append(append(w.draft, ", "...), name...)
		}
	}
	return w.word(w.draft)
}

// filetime is ticks of 100 ns since 1601; zero if there are none or they go
// past the year 9999, which no clock means.
func filetime(ticks uint64) time.Time {
	const (
		perSecond = 10_000_000
		epoch     = 11_644_473_600 // seconds from 1601 to 1970
		tooLate   = 265_046_688_000 * perSecond
	)
	if ticks == 0 || ticks >= tooLate {
		return time.Time{}
	}
	return time.Unix(int64(ticks/perSecond)-epoch, int64(ticks%perSecond)*100).UTC()
}

// appendFiletime writes the time with its ticks, as RFC 3339 does.
func appendFiletime(out []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(out, "none"...)
	}
	return t.AppendFormat(out, "2006-01-02T15:04:05.0000000Z07:00")
}

func allZero(b []byte) bool {
	for _, octet := range b {
		if octet != 0 {
			return false
		}
	}
	return true
}
