package smtpparse

// The defaults of Limits.
const (
	defaultLine         = 65536 // octets; RFC 4954 section 4 asks for 12,288
	defaultDialogue     = 10000
	defaultAuth         = 100
	defaultMessages     = 1000
	defaultRecipients   = 1000
	defaultAnomalies    = 200
	defaultCapabilities = 200
	defaultHeader       = 65536 // octets
	defaultMemory       = 4 << 20
)

// The bounds that no option moves.
const (
	maxHeld       = 65536   // octets of the client kept until the server decides what they are
	maxBehind     = 65536   // octets kept behind an end of data that may not be one
	maxBehindHole = 4096    // and behind a hole in a message
	maxMarks      = 4096    // packets that they came in
	maxRereads    = 64      // messages of one session whose end moves to where the server saw it
	maxHello      = 100     // greetings by the client
	maxSteps      = 64      // token lines of one AUTH attempt
	maxParams     = 64      // parameters of one command, mechanisms of one reply
	maxQueue      = 1024    // runs of unanswered commands that are told apart
	maxDeferred   = 64      // replies waiting for the command they answer
	maxReplyText  = 1024    // octets of a reply kept as its text
	maxAttachment = 200     // attachments of one message
	maxText       = 8 << 20 // octets of strings of one session; longer ones are cut from there on
	shortText     = 64      // to this length
)

// withDefaults fills the zero fields.
func (l Limits) withDefaults() Limits {
	fill := func(n *int, def int) {
		if *n <= 0 {
			*n = def
		}
	}
	fill(&l.Line, defaultLine)
	fill(&l.Dialogue, defaultDialogue)
	fill(&l.Auth, defaultAuth)
	fill(&l.Messages, defaultMessages)
	fill(&l.Recipients, defaultRecipients)
	fill(&l.Anomalies, defaultAnomalies)
	fill(&l.Capabilities, defaultCapabilities)
	fill(&l.Header, defaultHeader)
	fill(&l.Memory, defaultMemory)
	return l
}

// omit counts an entry that a limit keeps out of the session.
func (p *Parser) omit(what string) {
	if p.s.Omitted == nil {
		p.s.Omitted = make(map[string]int64)
	}
	p.s.Omitted[what]++
}
