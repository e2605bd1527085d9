// Package tlsparse follows the TLS of one connection, as a machine without
// readers, clocks and goroutines: bytes of both directions and gaps go in, facts
// and plaintext come out.
//
// It knows TLS 1.0 to 1.3 (RFC 2246, RFC 4346, RFC 5246, RFC 8446), SSL 3.0 by its
// handshake (RFC 6101), and the ClientHello of SSL 2.0 that offers them (RFC 5246,
// appendix E.2). Without keys it tells what the handshake shows. With keys it
// opens records; every tag or MAC is verified, so a key that does not fit gives no
// text. After a hole it finds the next record, and the record's number by trying.
//
// Splitting the input anywhere changes nothing of the outcome. What is malformed
// is said in the Facts, never by an error, and never by a panic.
//
// Not done here: the validation of certificate chains (a capture has no trust
// anchors), DTLS, Encrypted ClientHello (its outer hello is what is told),
// compression, and where keys come from: see [Keys].
package tlsparse

import "time"

// Dir is the direction of bytes.
type Dir uint8

// The two directions.
const (
	Client Dir = iota // from the client
	Server            // from the server
)

// String returns "client" or "server", as in the JSON record.
func (d Dir) String() string {
	if d == Client {
		return "client"
	}
	return "server"
}

// A Mark is where and when bytes were seen.
type Mark struct {
	Time  time.Time // zero: unknown
	Frame int64     // number of the packet, as Wireshark shows it; 0: unknown
}

// A Handler takes what came out of records, in the order in which the records
// were sent by each direction. The data is valid only during the call. Mark is that
// of the packet that completed the record.
type Handler interface {
	// Plaintext takes application data.
	Plaintext(dir Dir, at Mark, data []byte)
	// Lost tells that about n octets of application data could not be read; 0: it
	// is not known how many.
	Lost(dir Dir, at Mark, n int64)
}
