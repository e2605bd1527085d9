package main

import (
	"encoding/binary"

	"smtpscope/capture"
)

// DNS message parts (RFC 1035, section 4.1): what stands between the identifier
// and the name, and what follows the name.
const (
	dnsQuery      = "\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" // recursion desired, one question
	dnsAnswer     = "\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00" // and one answer
	dnsHost       = "\x08host0000\x07contoso\x04test\x00\x00\x01\x00\x01"
	dnsAddress    = "\xc0\x0c\x00\x01\x00\x01\x00\x00\x0e\x10\x00\x04\x0a\x02"
	dnsHostDigits = 2 + len(dnsQuery) + len("\x08host")
	dnsQuerySize  = 2 + len(dnsQuery) + len(dnsHost)
	dnsAnswerSize = dnsQuerySize + len(dnsAddress) + 2
)

// query asks the name service for the address of a host that the sequence number
// names.
func (f *flow) query(w *wire) {
	b := f.appendUDP(w.begin(), capture.FromClient, dnsQuerySize)
	w.end(f.appendQuestion(b, dnsQuery))
}

// answer answers it.
func (f *flow) answer(w *wire) {
	b := f.appendUDP(w.begin(), capture.FromServer, dnsAnswerSize)
	b = append(f.appendQuestion(b, dnsAnswer), dnsAddress...)
	w.end(binary.BigEndian.AppendUint16(b, uint16(f.seq[1])))
}

func (f *flow) appendQuestion(b []byte, kind string) []byte {
	at := len(b)
	b = binary.BigEndian.AppendUint16(b, uint16(f.seq[0]))
	b = append(append(b, kind...), dnsHost...)
	digits := b[at+dnsHostDigits:][:4]
	for i := range digits {
		digits[i] = '0' + byte(f.seq[1]>>(8*i))%10
	}
	return b
}
