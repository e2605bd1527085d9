package tlscrypt

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"testing"
)

// A recording is what went over the wire, and the key log of one end.
type recording struct {
	wire   [2][]byte // by Side
	keylog string
}

// An opened recording is what the recording says.
type opened struct {
	version        uint16
	suite          Suite
	encryptThenMAC bool
	// application data by Side; records opened by Side.
	data    [2][]byte
	records [2]int
}

// secrets reads the lines of a key log by label.
func (r *recording) secrets(t *testing.T) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	for line := range strings.Lines(r.keylog) {
		words := strings.Fields(line)
		if len(words) != 3 || words[0] == "#" {
			continue
		}
		secret, err := hex.DecodeString(words[2])
		if err != nil {
			t.Fatal(err)
		}
		found[words[0]] = secret
	}
	return found
}

// open reads just enough of the handshake to open every record.
func (r *recording) open(t *testing.T) opened {
	t.Helper()
	var (
		o       opened
		randoms [2][RandomLen]byte
	)
	hello := func(side Side) []byte {
		fragment := splitRecords(t, r.wire[side])[0][HeaderLen:]
		copy(randoms[side][:], fragment[6:])
		return fragment
	}
	hello(Client)
	o.readServerHello(hello(Server))
	secrets := r.secrets(t)
	var first [2]*Opener
	if o.version == tls.VersionTLS13 {
		first[Client] = opener13(t, o.suite, secrets["CLIENT_HANDSHAKE_TRAFFIC_SECRET"])
		first[Server] = opener13(t, o.suite, secrets["SERVER_HANDSHAKE_TRAFFIC_SECRET"])
	} else {
		var err error
		p := Params{Version: o.version, Suite: o.suite, EncryptThenMAC: o.encryptThenMAC}
		first[Client], first[Server], err = p.Openers((*[MasterSecretLen]byte)(secrets["CLIENT_RANDOM"]), &randoms[Client], &randoms[Server])
		if err != nil {
			t.Fatal(err)
		}
	}
	for side, label := range [2]string{"CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0"} {
		o.openSide(t, Side(side), splitRecords(t, r.wire[side]), first[side], secrets[label])
	}
	return o
}

func (o *opened) readServerHello(fragment []byte) {
	o.version = binary.BigEndian.Uint16(fragment[4:])
	rest := fragment[4+2+RandomLen:]
	rest = rest[1+int(rest[0]):]
	o.suite, _ = SuiteByID(binary.BigEndian.Uint16(rest))
	if rest = rest[3:]; len(rest) < 2 {
		return
	}
	for rest = rest[2:][:binary.BigEndian.Uint16(rest)]; len(rest) >= 4; {
		length := int(binary.BigEndian.Uint16(rest[2:]))
		switch binary.BigEndian.Uint16(rest) {
		case 22:
			o.encryptThenMAC = true
		case 43:
			o.version = binary.BigEndian.Uint16(rest[4:])
		}
		rest = rest[4+length:]
	}
}

func (o *opened) openSide(t *testing.T, side Side, records [][]byte, opener *Opener, application []byte) {
	t.Helper()
	seq, protected := uint64(0), false
	for _, record := range records {
		switch typ := ContentType(record[0]); {
		case typ == ChangeCipherSpec:
			protected = o.version != tls.VersionTLS13
			continue
		case o.version == tls.VersionTLS13:
			protected = typ == ApplicationData
		}
		if !protected {
			continue
		}
		plaintext, typ, err := opener.Open(nil, record, seq)
		if err != nil {
			t.Fatalf("%s, side %d, record %d: %v", o.suite.Name, side, seq, err)
		}
		o.records[side]++
		seq++
		if typ == ApplicationData {
			o.data[side] = append(o.data[side], plaintext...)
		}
		if o.version != tls.VersionTLS13 || typ != Handshake {
			continue
		}
		for len(plaintext) >= 4 {
			length := int(plaintext[1])<<16 | int(plaintext[2])<<8 | int(plaintext[3])
			switch plaintext[0] {
			case 20: // Finished
				opener, seq = opener13(t, o.suite, application), 0
			case 24: // KeyUpdate
				var err error
				if application, err = NextTrafficSecret(o.suite, application); err != nil {
					t.Fatal(err)
				}
				opener, seq = opener13(t, o.suite, application), 0
			}
			plaintext = plaintext[min(4+length, len(plaintext)):]
		}
	}
}

func opener13(t testing.TB, suite Suite, secret []byte) *Opener {
	t.Helper()
	o, err := NewOpener13(suite, secret)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func splitRecords(t *testing.T, wire []byte) [][]byte {
	t.Helper()
	var records [][]byte
	for len(wire) > 0 {
		n := HeaderLen + int(binary.BigEndian.Uint16(wire[3:]))
		if n > len(wire) {
			break // cut by the end of the connection
		}
		records, wire = append(records, wire[:n]), wire[n:]
	}
	return records
}

// checkData wants what the sides said in what was opened.
func (o *opened) check(t *testing.T, said [2][]byte) {
	t.Helper()
	for side, want := range said {
		if !bytes.Equal(o.data[side], want) {
			t.Errorf("%s, side %d: %d octets opened, %d sent, not the same", o.suite.Name, side, len(o.data[side]), len(want))
		}
		if o.records[side] == 0 {
			t.Errorf("%s, side %d: no record was protected", o.suite.Name, side)
		}
	}
}
