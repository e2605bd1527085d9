package tlsparse

import "time"

// Facts are what is known of the TLS of one connection. Names are those of the
// IANA registries; a number without a name is written as 0x0a0a.
type Facts struct {
	// Version is the one agreed on, such as "TLS 1.3"; empty while the server has
	// not answered. OfferedVersions are the client's, the best first, as it sent
	// them; of a client without that extension the one that it named.
	Version         string   `json:"version,omitempty"`
	OfferedVersions []string `json:"offered_versions,omitempty"`
	// CipherSuite is the one agreed on.
	CipherSuite string `json:"cipher_suite,omitempty"`
	// Weakness says why nobody should agree on that suite any more; empty if there
	// is no reason.
	Weakness            string   `json:"weakness,omitempty"`
	OfferedCipherSuites []string `json:"offered_cipher_suites,omitempty"`
	// Group is that of the key exchange; empty where there is none (RSA) or a
	// server names its own parameters ("DHE" with the size of its prime then).
	Group         string   `json:"group,omitempty"`
	OfferedGroups []string `json:"offered_groups,omitempty"`
	// SNI is the server's name that the client asked for (RFC 6066, section 3).
	SNI string `json:"sni,omitempty"`
	// ALPN is the protocol agreed on (RFC 7301).
	ALPN        string   `json:"alpn,omitempty"`
	OfferedALPN []string `json:"offered_alpn,omitempty"`
	// ClientRandom and ServerRandom are in hexadecimal. A key log names the session
	// by the first.
	ClientRandom string `json:"client_random,omitempty"`
	ServerRandom string `json:"server_random,omitempty"`
	// ClientExtensions and ServerExtensions are in the order sent; the server's are
	// those of its ServerHello and, with keys, of EncryptedExtensions.
	ClientExtensions []string `json:"client_extensions,omitempty"`
	ServerExtensions []string `json:"server_extensions,omitempty"`
	// Resumption tells how an earlier session is taken up again: "session-id",
	// "ticket" (RFC 5077), "psk" (RFC 8446, section 2.2); empty: a full handshake.
	Resumption string `json:"resumption,omitempty"`
	// EarlyData is "offered", "accepted" or "rejected" (0-RTT); without keys it
	// stays "offered".
	EarlyData string `json:"early_data,omitempty"`
	// HelloRetryRequest tells that the server asked for another ClientHello.
	HelloRetryRequest bool `json:"hello_retry_request,omitempty"`
	// Renegotiations and KeyUpdates count what was read of them inside TLS.
	Renegotiations int `json:"renegotiations,omitempty"`
	KeyUpdates     int `json:"key_updates,omitempty"`
	// ClientCertificate is "requested", "sent" or "declined"; empty when the server
	// asked for none, or where that is hidden.
	ClientCertificate string `json:"client_certificate,omitempty"`
	// ServerCertificates and ClientCertificates are chains as sent, the subject's
	// own first. TLS 1.3 hides them from whoever has no keys.
	ServerCertificates []*Certificate `json:"server_certificates,omitempty"`
	ClientCertificates []*Certificate `json:"client_certificates,omitempty"`
	// CheckedName is the name that the server's certificate was held against: SNI,
	// else what the server calls itself. NameMatch is "match" or "mismatch"; both are
	// empty where no certificate was seen, or no name.
	CheckedName string `json:"checked_name,omitempty"`
	NameMatch   string `json:"name_match,omitempty"`
	// Alerts are those that can be read, in order.
	Alerts []Alert `json:"alerts,omitempty"`
	// Flights are the first runs of records of one side, until Limits.Flights.
	Flights []Flight `json:"flights,omitempty"`
	// Outcome tells how the handshake ended.
	Outcome Outcome `json:"handshake,omitempty"`
	// JA3 is the MD5 fingerprint of the ClientHello, JA4 the one by the rules of
	// JA4. Both are empty for the hello of SSL 2.0.
	JA3 string `json:"ja3,omitempty"`
	JA4 string `json:"ja4,omitempty"`
	// Hidden tells why records were not read; empty when all were.
	Hidden Hidden `json:"hidden,omitempty"`
	// HiddenRecords counts the records of application data that were not read
	// although others were.
	HiddenRecords int64 `json:"hidden_records,omitempty"`
	// Malformed says what in the handshake could not be read, the first of it.
	Malformed string `json:"malformed,omitempty"`
}

// Outcome tells how a handshake ended.
type Outcome string

// The outcomes of a handshake.
const (
	Done       Outcome = "done"       // both sides went on to application data
	Failed     Outcome = "failed"     // an alert ended it, or a side left it
	Unanswered Outcome = "unanswered" // the server never said a word of TLS
	Unfinished Outcome = "unfinished" // the capture ends in it
	Unseen     Outcome = "unseen"     // the capture begins behind it, or it is torn
)

// Hidden tells why records stay closed.
type Hidden string

// The reasons.
const (
	HiddenNoKeys      Hidden = "no-keys"       // no key log and no key was given
	HiddenNoKey       Hidden = "no-key"        // keys were given, none is this session's
	HiddenWrongKey    Hidden = "wrong-key"     // the session's key does not fit: no tag or MAC came out right
	HiddenUnsupported Hidden = "not-supported" // the cipher suite or version cannot be opened here
	HiddenNoHandshake Hidden = "no-handshake"  // the handshake is not in the capture, or not whole
	HiddenGap         Hidden = "gap"           // octets are missing, and no later record could be opened
	HiddenDamage      Hidden = "damage"        // records whose tag or MAC is wrong, between others
)

// A Flight is a run of records of one side, up to the end of the handshake. A record
// is where its last octet is.
type Flight struct {
	From string `json:"from"`
	// Octets counts the records' octets, headers included.
	Octets    int64     `json:"octets"`
	Records   int64     `json:"records"`
	Frame     int64     `json:"frame"`
	LastFrame int64     `json:"last_frame"`
	Time      time.Time `json:"time"`
	LastTime  time.Time `json:"last_time"`
}
