package inspect

import (
	"time"

	"smtpscope/nearby"
	"smtpscope/smtpparse"
	"smtpscope/verdict"
)

// A Session is one conversation with its verdict: the record that printers print.
type Session struct {
	*smtpparse.Session
	Verdict  verdict.Verdict   `json:"verdict"`
	Findings []verdict.Finding `json:"findings"`
	// Nearby is what the client said to KDCs and name servers around the session;
	// nil when nothing is known, or the verdict needed none of it.
	Nearby *nearby.Around `json:"nearby,omitempty"`
}

// SchemaVersion is the version of the JSON records. Its first part changes when a
// name changes its meaning or goes away, its second when names are added.
const SchemaVersion = "1.0"

// Capture is the first record: what is read, and by what.
type Capture struct {
	Schema      string   `json:"schema"`
	Tool        string   `json:"tool"`           // "smtpscope"
	Version     string   `json:"version"`        // of the tool
	Inputs      []string `json:"inputs"`         // as given, "-" for standard input
	Live        bool     `json:"live,omitempty"` // the inputs are interfaces
	Links       []string `json:"link_types"`     // of the interfaces known when reading began, each once; the summary has all
	Ports       []uint16 `json:"ports"`
	AutoPorts   bool     `json:"auto_ports"` // SMTP is looked for on any port
	ShowSecrets bool     `json:"show_secrets"`
	// CaptureFilter is the expression that chose packets, empty for all.
	CaptureFilter string `json:"capture_filter,omitempty"`
}

// Summary is the last record: counts, and the quality of the capture.
type Summary struct {
	Start time.Time `json:"start,omitzero"` // of the first and the last session shown
	End   time.Time `json:"end,omitzero"`
	// ListenedMS is for how long interfaces were listened on, in milliseconds; 0
	// when files were read.
	ListenedMS int64 `json:"listened_ms,omitempty"`
	// Packets and Bytes (captured octets) count all that was read, Kept the
	// packets that belong to a wanted port.
	Packets int64 `json:"packets"`
	Bytes   int64 `json:"bytes"`
	Kept    int64 `json:"kept"`
	// Sessions counts the records written; States counts them by verdict.
	Sessions int64                   `json:"sessions"`
	States   map[verdict.State]int64 `json:"states"`
	// Across are statements about several sessions of the whole capture.
	Across      []verdict.Statement `json:"across,omitempty"`
	Inputs      []Input             `json:"inputs"`
	Connections Connections         `json:"connections"`
	Quality     CaptureQuality      `json:"quality"`
	// Limits counts, by limit, how often it bit; only those that did.
	Limits map[string]int64 `json:"limits,omitempty"`
	// Findings are those that it takes several of the sessions to see.
	Findings []verdict.SummaryFinding `json:"findings"`
	// Warnings are sentences for the operator: what was damaged, skipped, dropped.
	Warnings []string `json:"warnings"`
}

// Input is what one input was.
type Input struct {
	Name    string   `json:"name"`
	Format  string   `json:"format"`
	Links   []string `json:"link_types"`
	Packets int64    `json:"packets"`
	Damage  []string `json:"damage,omitempty"`
	Live    *Live    `json:"live,omitempty"` // of an interface; nil for a file
}

// Live is what became of the packets of an interface, or of "any".
type Live struct {
	State string `json:"state"` // "up", "down", "no carrier", "gone": at the end
	// Seen counts the packets that passed the kernel's filter, Dropped those of
	// them for which its buffer had no room; it was full Freezes times.
	Seen    int64 `json:"seen"`
	Dropped int64 `json:"dropped"`
	Freezes int64 `json:"freezes"`
	// Buffer is the size of that buffer in octets, BufferPeak the most of it that
	// was ever in use.
	Buffer     int64 `json:"buffer"`
	BufferPeak int64 `json:"buffer_peak"`
	// Interfaces are those of which "any" had packets.
	Interfaces []LiveInterface `json:"interfaces,omitempty"`
}

// LiveInterface is one of those that "any" heard.
type LiveInterface struct {
	Name    string `json:"name"`
	Link    string `json:"link_type"`
	Packets int64  `json:"packets"`
	Kept    int64  `json:"kept"`
}

// Connections counts TCP connections on wanted ports.
type Connections struct {
	Opened     int64 `json:"opened"`     // sessions began on them or could have
	Refused    int64 `json:"refused"`    // SYN answered by RST
	Unanswered int64 `json:"unanswered"` // SYN never answered
	Empty      int64 `json:"empty"`      // opened, and not a byte was said for less than 5 s
	NotSMTP    int64 `json:"not_smtp"`   // something else is spoken on them
}

// CaptureQuality sums up what the capture lacks.
type CaptureQuality struct {
	GapBytes            int64 `json:"gap_bytes"`
	Midstream           int64 `json:"midstream"` // sessions
	OneSided            int64 `json:"one_sided"` // sessions
	TruncatedPackets    int64 `json:"truncated_packets"`
	ConflictingOverlaps int64 `json:"conflicting_overlaps"`
	Malformed           int64 `json:"malformed_packets"`
	NotChosen           int64 `json:"not_chosen,omitempty"` // packets that the capture filter took out
	FragmentsLost       int64 `json:"fragments_lost"`
	// LatePackets came after their bytes had been declared missing.
	LatePackets int64 `json:"late_packets"`
	// AfterEnd counts packets with data behind the end (FIN, RST) of their
	// connection; Reopened how often a connection went on all the same, as a
	// session of its own.
	AfterEnd int64 `json:"packets_after_end"`
	Reopened int64 `json:"reopened"`
	// ImplausiblePackets claim what cannot be: acknowledgements of bytes never
	// sent, sequence numbers far away, data behind the end.
	ImplausiblePackets int64            `json:"implausible_packets"`
	UnknownLinks       map[string]int64 `json:"unknown_link_types,omitempty"` // packets by link type
}
