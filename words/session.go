package words

import (
	"maps"
	"slices"
	"strconv"

	"smtpscope/smtpparse"
	"smtpscope/tlsparse"
)

// closings say how a connection ended, by smtpparse.Session.Close.
var closings = map[string]string{
	"fin":   "closed",
	"rst":   "reset",
	"reuse": "its ports were used again",
	"idle":  "fell silent",
	"limit": "cut by a limit",
	"eof":   "open when the capture ended",
}

// Closing is how a connection ended, if it has.
func Closing(s *smtpparse.Session) string {
	closing, known := closings[s.Close]
	switch {
	case s.Open:
		return "goes on"
	case !known:
		return s.Close
	}
	return closing
}

// Lacks is what the capture lacks of a session; empty when it lacks nothing.
func Lacks(q *smtpparse.Quality) string {
	return Join("; ",
		If(q.Midstream, "begins in the middle of the connection"),
		If(q.OneSided, "has one direction only"),
		If(q.GapBytes > 0 || q.Gaps > 0, "lacks "+Count(q.GapBytes, "octet")+" in "+Count(q.Gaps, "gap")),
		If(q.TruncatedPackets > 0, Count(q.TruncatedPackets, "packet")+" cut by the snap length"),
		If(q.ConflictingOverlaps > 0, Count(q.ConflictingOverlaps, "packet")+" with other octets than sent before"))
}

// NotKept is what limits left out of a session's record; empty for nothing.
func NotKept(s *smtpparse.Session) (text string) {
	for _, what := range slices.Sorted(maps.Keys(s.Omitted)) {
		text = Join(", ", text, what+" "+Grouped(s.Omitted[what]))
	}
	return With("limits left out: ", text)
}

// folded are the kinds of lines that stand for many octets.
var folded = map[smtpparse.LineKind]string{
	smtpparse.LineData:   "message",
	smtpparse.LineTLS:    "TLS",
	smtpparse.LineUnread: "not understood",
	smtpparse.LineSecure: "inside the SASL security layer",
}

// Folded is what many octets are that stand as one line.
func Folded(kind smtpparse.LineKind) string { return folded[kind] }

// hidden says why TLS records stay closed.
var hidden = map[tlsparse.Hidden]string{
	tlsparse.HiddenNoKeys:      "no key was given",
	tlsparse.HiddenNoKey:       "no key of this session was given",
	tlsparse.HiddenWrongKey:    "its key does not fit",
	tlsparse.HiddenUnsupported: "the cipher suite is not supported",
	tlsparse.HiddenNoHandshake: "its handshake is not in the capture",
	tlsparse.HiddenGap:         "not all, because packets are missing",
	tlsparse.HiddenDamage:      "not all, because records are damaged",
}

// InsideTLS says whether what was inside was read, and why not.
func InsideTLS(t *smtpparse.TLS) string {
	return If(t.Decrypted, "decrypted") + If(!t.Decrypted, "not decrypted") + With(": ", hidden[t.Hidden])
}

// Fits says whether the server's certificate does the name that the client meant;
// empty where that is not known.
func Fits(f *tlsparse.Facts) string {
	switch f.NameMatch {
	case "":
		return ""
	case "match":
		return "fits " + f.CheckedName
	}
	return "does not fit " + f.CheckedName
}

// PublicKey is the type and the size of a certificate's.
func PublicKey(c *tlsparse.Certificate) string {
	return Join(" ", c.KeyType, If(c.KeyBits > 0, strconv.Itoa(c.KeyBits)))
}

// vias are the ways in which TLS begins.
var vias = map[string]string{
	"starttls": "STARTTLS", "x-anonymoustls": "X-ANONYMOUSTLS", "implicit": "TLS from the first octet",
}

// Via is how TLS began.
func Via(t *smtpparse.TLS) string {
	if words, known := vias[t.Via]; known {
		return words
	}
	return t.Via
}
