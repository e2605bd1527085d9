package tlskeys

import (
	"bytes"
	"encoding/hex"
	"strconv"
)

// A Label says what a line of a key log holds.
type Label uint8

// The labels (draft-ietf-tls-keylogfile, and the key log format of NSS).
const (
	ClientRandom           Label = iota // CLIENT_RANDOM: the master secret of TLS 1.2 and before
	ClientEarlyTraffic                  // CLIENT_EARLY_TRAFFIC_SECRET
	ClientHandshakeTraffic              // CLIENT_HANDSHAKE_TRAFFIC_SECRET
	ServerHandshakeTraffic              // SERVER_HANDSHAKE_TRAFFIC_SECRET
	ClientTraffic                       // CLIENT_TRAFFIC_SECRET_N
	ServerTraffic                       // SERVER_TRAFFIC_SECRET_N
	EarlyExporter                       // EARLY_EXPORTER_SECRET (EARLY_EXPORTER_MASTER_SECRET)
	Exporter                            // EXPORTER_SECRET
	Premaster                           // PMS_CLIENT_RANDOM, and RSA: the premaster secret
)

// labelNames are the words in a key log. Those that end in an underscore are
// followed by N.
var labelNames = [...]string{
	ClientRandom:           "CLIENT_RANDOM",
	ClientEarlyTraffic:     "CLIENT_EARLY_TRAFFIC_SECRET",
	ClientHandshakeTraffic: "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
	ServerHandshakeTraffic: "SERVER_HANDSHAKE_TRAFFIC_SECRET",
	ClientTraffic:          "CLIENT_TRAFFIC_SECRET_",
	ServerTraffic:          "SERVER_TRAFFIC_SECRET_",
	EarlyExporter:          "EARLY_EXPORTER_SECRET",
	Exporter:               "EXPORTER_SECRET",
	Premaster:              "PMS_CLIENT_RANDOM",
}

// rsaLabel is that of premaster secrets found by the first 8 octets of what
// they were encrypted to.
const rsaLabel = "RSA"

// parseLabel returns the label that is written as word, and its N.
func parseLabel(word []byte) (l Label, n int, ok bool) {
	for i, name := range labelNames {
		rest, found := bytes.CutPrefix(word, []byte(name))
		switch {
		case !found:
		case len(rest) == 0 && name[len(name)-1] != '_':
			return Label(i), 0, true
		case name[len(name)-1] == '_':
			n, err := strconv.ParseUint(string(rest), 10, 8)
			return Label(i), int(n), err == nil
		}
	}
	return EarlyExporter, 0, string(word) == "EARLY_EXPORTER_MASTER_SECRET"
}

// allows tells that a secret of this label may be n octets long.
func (l Label) allows(n int) bool {
	switch l {
	case ClientRandom:
		return n == 48
	case Premaster:
		return n > 0 && n <= maxPremaster
	}
	return n == 32 || n == 48 || n == 64 // by hash
}

// maxPremaster is as long as a premaster secret of Diffie-Hellman with 8192 bits.
const maxPremaster = 1024

// appendLine appends the line for a secret.
func (l Label) appendLine(dst []byte, n int, random *Random, secret []byte) []byte {
	name := labelNames[l]
	dst = append(dst, name...)
	if name[len(name)-1] == '_' {
		dst = strconv.AppendInt(dst, int64(n), 10)
	}
	dst = hex.AppendEncode(append(dst, ' '), random[:])
	dst = hex.AppendEncode(append(dst, ' '), secret)
	return append(dst, '\n')
}
