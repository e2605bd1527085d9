package main

// A mix says what traffic is made of. Shares are from 0 to 1.
type mix struct {
	// flows is the number of connections at the same time.
	flows int
	// smtp is SMTP's share of the octets, those of a flood not counted.
	smtp float64
	// kdc is the share of packets that clients of sessions exchange with KDCs.
	kdc float64
	// flood is the share of packets that are SYNs of a flood.
	flood float64
	// shortest is the share of the recorded sessions that are replayed, those
	// with the fewest octets; what is hidden in TLS is not among them. 0 means
	// all sessions.
	shortest float64
	// mail is to how many octets the body of each mail is stretched, and then
	// only sessions with mails are replayed; 0 leaves mails as they are.
	mail int
	// wrap lets the sequence numbers of each session pass 2^32 on the way.
	wrap bool
	// recut is the share of segments that begin again before the end of what
	// was sent and end elsewhere.
	recut float64
	faults
}

// faults are what befalls packets on the way to the capture, as shares of them.
type faults struct {
	loss, reorder, duplicate float64
	// late bounds by how many packets one that is reordered comes late.
	late int
}

// kinds are the mixes that have a name. The command's comment describes them.
var kinds = map[string]mix{
	"mixed": {
		flows: 200, smtp: 0.3,
		faults: faults{loss: 0.0001, reorder: 0.01, duplicate: 0.001, late: 800},
	},
	"bulk": {
		flows: 8, smtp: 1, mail: 20_000_000,
		faults: faults{reorder: 0.001, duplicate: 0.0001, late: 32},
	},
	"tiny": {
		flows: 300, smtp: 0.95, shortest: 0.25,
		faults: faults{reorder: 0.001, duplicate: 0.0001, late: 1200},
	},
	"disorder": {
		flows: 200, smtp: 0.3, wrap: true, recut: 0.05,
		faults: faults{loss: 0.01, reorder: 0.1, duplicate: 0.03, late: 1600},
	},
	"flood": {
		flows: 200, smtp: 0.9, flood: 0.9,
		faults: faults{reorder: 0.001, duplicate: 0.0001, late: 800},
	},
}
