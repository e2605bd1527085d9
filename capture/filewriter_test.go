package capture

import (
	"encoding/binary"
	"math/rand/v2"
)

// A wirePacket is what the writers of this file put into a capture.
type wirePacket struct {
	at   int64 // Unix nanoseconds
	data []byte
	wire int // 0: len(data)
}

func (p wirePacket) wireLen() uint32 { return uint32(max(p.wire, len(p.data))) }

// mailFrame is an Ethernet frame that a Selector for port 25 keeps, with n
// octets of payload that begin with a number.
func mailFrame(number uint32, n int) []byte {
	return tcpFrame(25, number, n)
}

// webFrame is one that it does not keep.
func webFrame(number uint32, n int) []byte {
	return tcpFrame(443, number, n)
}

func tcpFrame(port uint16, number uint32, n int) []byte {
	b := make([]byte, 14+20+20, 14+20+20+n)
	b[12] = 0x08 // IPv4
	ip, tcp := b[14:], b[34:]
	ip[0], ip[8], ip[9] = 0x45, 64, 6
	binary.BigEndian.PutUint16(ip[2:], uint16(40+n))
	ip[12], ip[15], ip[16], ip[19] = 10, 1, 10, 2
	binary.BigEndian.PutUint16(tcp, 40000)
	binary.BigEndian.PutUint16(tcp[2:], port)
	binary.BigEndian.PutUint32(tcp[4:], number)
	tcp[12] = 0x50
	for i := range n {
		b = append(b, byte(number)+byte(i))
	}
	return b
}

// conversation is a mix of mail and web packets of many lengths, some cut by
// the snap length, all times multiples of unit nanoseconds.
func conversation(packets int, unit int64) []wirePacket {
	r := rand.New(rand.NewPCG(1, 2))
	at := int64(1_700_000_000_000_000_000)
	list := make([]wirePacket, packets)
	for i := range list {
		at += (r.Int64N(2_000_000_000) - 100_000_000) / unit * unit
		frame := mailFrame(uint32(i+1), r.IntN(120))
		if r.IntN(3) == 0 {
			frame = webFrame(uint32(i+1), r.IntN(120))
		}
		list[i] = wirePacket{at: at, data: frame}
		if r.IntN(4) == 0 {
			list[i].wire = len(frame) + 100
		}
	}
	return list
}

// byteOrder is what both of encoding/binary's orders are.
type byteOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

// A pcapWriter writes pcap files of all kinds. The zero value with an order
// writes microseconds.
type pcapWriter struct {
	order    byteOrder
	magic    uint32 // 0: pcapMagicMicro
	linkType uint32 // 0: Ethernet
}

func (w pcapWriter) header() []byte {
	magic, link := w.magic, w.linkType
	if magic == 0 {
		magic = pcapMagicMicro
	}
	if link == 0 {
		link = uint32(LinkEthernet)
	}
	return w.words(nil, magic, w.version(), 0, 0, 65535, link)
}

// version is 2.4: two numbers of sixteen bits, whose place depends on the order.
func (w pcapWriter) version() uint32 {
	b := make([]byte, 4)
	w.order.PutUint16(b, 2)
	w.order.PutUint16(b[2:], 4)
	return w.order.Uint32(b)
}

func (w pcapWriter) words(b []byte, words ...uint32) []byte {
	for _, v := range words {
		b = w.order.AppendUint32(b, v)
	}
	return b
}

func (w pcapWriter) record(b []byte, p wirePacket) []byte {
	unit := int64(1000)
	if w.magic == pcapMagicNano {
		unit = 1
	}
	b = w.words(b, uint32(p.at/1e9), uint32(p.at%1e9/unit), uint32(len(p.data)), p.wireLen())
	if w.magic == pcapMagicModified {
		b = append(b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)
	}
	return append(b, p.data...)
}

func (w pcapWriter) file(packets []wirePacket) []byte {
	b := w.header()
	for _, p := range packets {
		b = w.record(b, p)
	}
	return b
}

// An ngWriter writes blocks of pcapng.
type ngWriter struct{ order byteOrder }

// block frames a body, padded to four octets.
func (w ngWriter) block(kind uint32, body []byte) []byte {
	padded := (len(body) + 3) &^ 3
	b := w.order.AppendUint32(nil, kind)
	b = w.order.AppendUint32(b, uint32(padded+12))
	b = append(b, body...)
	b = append(b, make([]byte, padded-len(body))...)
	return w.order.AppendUint32(b, uint32(padded+12))
}

func (w ngWriter) words(words ...uint32) []byte {
	return pcapWriter{order: w.order}.words(nil, words...)
}

func (w ngWriter) section() []byte {
	body := w.words(ngByteOrderMagic)
	body = w.order.AppendUint16(body, 1)
	body = w.order.AppendUint16(body, 0)
	body = append(body, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff) // length unknown
	return w.block(ngSection, append(body, w.option(4, []byte("writer"))...))
}

func (w ngWriter) option(code uint16, value []byte) []byte {
	b := w.order.AppendUint16(nil, code)
	b = w.order.AppendUint16(b, uint16(len(value)))
	b = append(b, value...)
	return append(b, make([]byte, -len(value)&3)...)
}

func (w ngWriter) iface(link LinkType, snap uint32, options ...[]byte) []byte {
	body := w.order.AppendUint16(nil, uint16(link))
	body = w.order.AppendUint16(body, 0)
	body = w.order.AppendUint32(body, snap)
	for _, o := range options {
		body = append(body, o...)
	}
	if len(options) > 0 {
		body = append(body, 0, 0, 0, 0)
	}
	return w.block(ngInterface, body)
}

func (w ngWriter) enhanced(iface uint32, ticks uint64, p wirePacket, options ...[]byte) []byte {
	body := w.words(iface, uint32(ticks>>32), uint32(ticks), uint32(len(p.data)), p.wireLen())
	body = append(body, p.data...)
	body = append(body, make([]byte, -len(p.data)&3)...)
	for _, o := range options {
		body = append(body, o...)
	}
	return w.block(ngEnhanced, body)
}

func (w ngWriter) obsolete(iface uint16, ticks uint64, p wirePacket) []byte {
	body := w.order.AppendUint16(nil, iface)
	body = w.order.AppendUint16(body, 7) // drops
	body = append(body, w.words(uint32(ticks>>32), uint32(ticks), uint32(len(p.data)), p.wireLen())...)
	return w.block(ngPacket, append(body, p.data...))
}

func (w ngWriter) simple(p wirePacket) []byte {
	return w.block(ngSimple, append(w.words(p.wireLen()), p.data...))
}

func (w ngWriter) secrets(kind uint32, data string) []byte {
	return w.block(ngSecrets, append(w.words(kind, uint32(len(data))), data...))
}

// file is one section with one interface and microseconds.
func (w ngWriter) file(packets []wirePacket) []byte {
	b := append(w.section(), w.iface(LinkEthernet, 0)...)
	for _, p := range packets {
		b = append(b, w.enhanced(0, uint64(p.at/1000), p)...)
	}
	return b
}
