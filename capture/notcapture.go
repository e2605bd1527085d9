package capture

import (
	"bytes"
	"encoding/binary"
	"strconv"
)

// A NotCaptureError says that an input holds something else than a capture.
type NotCaptureError struct {
	// Kind is what the input seems to be, for example "Solaris snoop capture".
	// Empty if it is not known.
	Kind string
	// Begins is the beginning of the input, quoted and made printable.
	Begins string

	hint string
}

// Error implements error. It is one short printable line.
func (e *NotCaptureError) Error() string {
	if e.Kind == "" {
		return "not a capture file (begins with " + e.Begins + ")"
	}
	return "not a pcap or pcapng file but " + e.Kind
}

// Hint says what the operator can do, or is empty if nothing is known to help.
func (e *NotCaptureError) Hint() string { return e.hint }

// A relative is a format that gets taken for a capture, and its cure.
type relative struct {
	kind   string
	offset int
	magic  string
	hint   string
}

const (
	hintEditcap    = "convert it with editcap -F pcapng"
	hintETL        = "convert it with etl2pcapng"
	hintDecompress = "decompress it first"
)

var relatives = []relative{
	{"a Solaris snoop capture", 0, "snoop\x00\x00\x00", hintEditcap},
	{"a Microsoft Network Monitor capture", 0, "GMBU", hintEditcap},
	{"a Microsoft Network Monitor 1 capture", 0, "RTSS", hintEditcap},
	{"a NetXRay or Windows Sniffer capture", 0, "XCP\x00", hintEditcap},
	{"a DOS Sniffer capture", 0, "TRSNIFF data    \x1a", hintEditcap},
	{"an AIX iptrace capture", 0, "iptrace ", hintEditcap},
	{"an IXIA capture", 0, "\x1c\x00\x01\xac", hintEditcap},
	{"an IXIA capture", 0, "\xac\x01\x00\x1c", hintEditcap},
	{"a Bluetooth snoop capture", 0, "btsnoop\x00", ""},
	// The header of the first event of a trace: version 2, for 32 or 64 bits.
	{"a Windows event trace (ETL)", 72, "\x02\x00\x01\xc0", hintETL},
	{"a Windows event trace (ETL)", 72, "\x02\x00\x02\xc0", hintETL},
	{"an xz archive", 0, "\xfd7zXZ\x00", hintDecompress},
	{"a bzip2 archive", 0, "BZh", hintDecompress},
	{"an lz4 archive", 0, "\x04\x22\x4d\x18", hintDecompress},
	{"a zip archive", 0, "PK\x03\x04", "unpack it first"},
	{"a 7z archive", 0, "7z\xbc\xaf\x27\x1c", "unpack it first"},
	{"a compress (.Z) archive", 0, "\x1f\x9d", hintDecompress},
	{"a PEM file", 0, "-----BEGIN ", "a private key belongs to --tls-key"},
	{"a Kerberos keytab", 0, "\x05\x02\x00\x00", "it belongs to --keytab"},
	{"a TLS key log", 0, "CLIENT_RANDOM ", "it belongs to --keylog"},
	{"a TLS key log", 0, "# SSL/TLS secrets log file", "it belongs to --keylog"},
	{"packets exported as XML", 0, "<?xml", "save them as pcapng instead"},
}

// notCapture makes an error of the first octets of something.
func notCapture(head []byte) error {
	e := &NotCaptureError{Begins: beginning(head)}
	for _, r := range relatives {
		if len(head) > r.offset && bytes.HasPrefix(head[r.offset:], []byte(r.magic)) {
			e.Kind, e.hint = r.kind, r.hint
			return e
		}
	}
	if isERF(head) {
		e.Kind, e.hint = "an Endace ERF capture", hintEditcap
	}
	return e
}

// beginning quotes the first octets: enough to recognise them.
func beginning(head []byte) string {
	const most = 8
	if len(head) <= most {
		return strconv.QuoteToASCII(string(head))
	}
	quoted := strconv.QuoteToASCII(string(head[:most]))
	return quoted[:len(quoted)-1] + "…\""
}

// isERF guesses: an ERF file has no magic number. Its records begin with a
// little-endian time stamp (seconds in the upper half), a type below 64, flags,
// and a big-endian record length; two in order, of one type, will do.
func isERF(head []byte) bool {
	const headerLen = 16
	if len(head) < headerLen {
		return false
	}
	length := int(binary.BigEndian.Uint16(head[10:]))
	if length <= headerLen || len(head) < length+headerLen {
		return false
	}
	first, second := head[:headerLen], head[length:length+headerLen]
	t1, t2 := binary.LittleEndian.Uint64(first), binary.LittleEndian.Uint64(second)
	kind := first[8] & 0x7f
	return t1>>32 > 0 && t1 <= t2 && t2-t1 < 1<<32*86400 &&
		kind > 0 && kind < 64 && second[8]&0x7f == kind
}
