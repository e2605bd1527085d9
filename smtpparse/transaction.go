package smtpparse

import "time"

// A Message is one mail transaction (RFC 5321, section 3.3).
type Message struct {
	// MailFrom is the reverse-path without its angle brackets; empty for "<>".
	MailFrom string `json:"mail_from"`
	// Params are those of MAIL, such as "SIZE=1234" or "AUTH=<>".
	Params []string    `json:"params,omitempty"`
	RcptTo []Recipient `json:"rcpt_to"`
	// Transfer is "BDAT" when chunks were sent, else "DATA".
	Transfer string `json:"transfer"`
	// Chunks counts the BDAT commands.
	Chunks int `json:"chunks,omitempty"`
	// Bytes is the message's size in octets: dots unstuffed, without the line
	// that ends it. What a gap swallowed is in it where it is the message's
	// beyond doubt and its length known; stuffed dots therein cannot be told.
	Bytes int64 `json:"bytes"`
	// Missing tells how many of Bytes are not in the capture. More may be missing
	// when Complete is false.
	Missing int64 `json:"missing_bytes,omitempty"`
	// Complete tells that every octet was seen and the end reached: Missing is 0.
	Complete bool `json:"complete"`
	// Status is "sent" (the server took it), "refused", "aborted" (RSET, a new
	// EHLO or QUIT came first), "cut" (the connection or the capture ended first),
	// or "unknown" (the reply is not in the capture).
	Status string `json:"status"`
	// ReplyCode is the final reply's; with LMTP the first recipient's. 0 if there was none.
	ReplyCode    int    `json:"reply_code"`
	EnhancedCode string `json:"enhanced_code,omitempty"`
	ReplyText    string `json:"reply_text,omitempty"`
	// FirstFrame is that of MAIL, LastFrame that of the last line or octet.
	FirstFrame int64     `json:"first_frame"`
	LastFrame  int64     `json:"last_frame"`
	Time       time.Time `json:"time"`
	TLS        bool      `json:"tls"`
	// Subject, From, To, MessageID and Date are of the message's header, encoded
	// words decoded; empty when absent or not seen.
	Subject   string `json:"subject,omitempty"`
	From      string `json:"from,omitempty"`
	To        string `json:"to,omitempty"`
	MessageID string `json:"message_id,omitempty"`
	Date      string `json:"date,omitempty"`
	// Attachments are the MIME parts with a file name or the disposition "attachment".
	Attachments []Attachment `json:"attachments,omitempty"`
}

// A Recipient is one RCPT and its fate.
type Recipient struct {
	// Address is the forward-path without its angle brackets.
	Address string   `json:"address"`
	Params  []string `json:"params,omitempty"`
	// ReplyCode answers the RCPT; DeliveryCode is the recipient's own reply after
	// a message by LMTP or with PRDR. 0 if there was none.
	ReplyCode    int    `json:"reply_code"`
	EnhancedCode string `json:"enhanced_code,omitempty"`
	DeliveryCode int    `json:"delivery_code,omitempty"`
	Frame        int64  `json:"frame"`
}

// An Attachment is a MIME part that is a file.
type Attachment struct {
	Name string `json:"name"`
	// Type is the media type in lower case.
	Type string `json:"type"`
	// Bytes is its size in octets, the transfer encoding undone for base64 (to
	// within its line ends), as sent for the others. What a gap swallowed is not
	// in it.
	Bytes int64 `json:"bytes"`
}

// A transaction is a mail transaction and what the session does not show of it.
type transaction struct {
	Message
	data        dataStage
	prev        *transaction // the one under way when a second MAIL came
	mail        int          // code of the reply to MAIL, 0 while there is none
	accepted    int          // recipients that the server took
	refused     int          // and refused
	unkept      int          // recipients beyond the limit
	lastRefusal int          // code
	listed      listing
	probe       bool // DATA came with an argument, which RFC 5321 4.1.1.4 does not know
	each        bool // a 353 has announced a reply for each recipient (PRDR)
}

type listing uint8

const (
	notListed listing = iota
	listed
	leftOut // the limit is reached
)

// dataStage says how far the message's octets are.
type dataStage uint8

const (
	dataNone  dataStage = iota // none sent
	dataBegun                  // the body or a chunk has begun
	dataEnded                  // the dot, or the LAST chunk
	dataOver                   // the outcome is known
)

func (t *transaction) begun() bool { return t.mail/100 == 2 || t.listed != notListed }

// begin makes a transaction.
func (p *Parser) begin(at Mark) *transaction {
	t := p.room.transactions.next()
	if t.RcptTo == nil {
		t.RcptTo = []Recipient{}
	}
	t.Transfer, t.Status = "DATA", "unknown"
	t.FirstFrame, t.LastFrame, t.Time, t.TLS = at.Frame, at.Frame, at.Time.UTC(), p.inTLS
	p.tx = t
	return t
}

// list shows a transaction in the session.
func (p *Parser) list(t *transaction) {
	if t.listed != notListed {
		return
	}
	if len(p.s.Messages) >= p.lim.Messages {
		t.listed = leftOut
		p.omit("messages")
		return
	}
	t.listed = listed
	p.fact(messageSize + len(t.MailFrom))
	p.s.Messages = append(p.s.Messages, &t.Message)
}

// unlist takes the last listed transaction out again.
func (p *Parser) unlist(t *transaction) {
	if n := len(p.s.Messages); t.listed == listed && p.s.Messages[n-1] == &t.Message {
		p.s.Messages = p.s.Messages[:n-1]
	}
}

// outcome notes a reply that decides a message.
func (p *Parser) outcome(t *transaction, a *answer) {
	t.touch(a.at)
	t.ReplyCode, t.EnhancedCode, t.ReplyText = a.code, a.enhanced, a.text
	switch a.code / 100 {
	case 2:
		t.Status = "sent"
		p.list(t)
	case 4, 5:
		t.Status = "refused"
	}
}

// abort ends the transaction under way (RSET, a new greeting, QUIT).
func (p *Parser) abort(at Mark) {
	p.unsure = false
	if p.tx != nil {
		p.abortOne(p.tx, at)
		p.tx = nil
	}
}

func (p *Parser) abortOne(t *transaction, at Mark) {
	if t.probe && t.data == dataNone && t.ReplyCode >= 400 {
		p.unlist(t)
		return
	}
	if p.body.tx == t {
		p.endBody(at)
	}
	t.close("aborted")
	t.touch(at)
}

// close gives a transaction without outcome its status: refused when the server
// took neither sender nor any recipient, else how it ended.
func (t *transaction) close(how string) {
	if t.Status != "unknown" {
		return
	}
	t.Status = how
	switch {
	case t.mail >= 400:
		t.Status, t.ReplyCode = "refused", t.mail
	case t.refused > 0 && t.refused == len(t.RcptTo)+t.unkept:
		t.Status, t.ReplyCode = "refused", t.lastRefusal
	}
}

func (t *transaction) touch(at Mark) { t.LastFrame = at.Frame }
