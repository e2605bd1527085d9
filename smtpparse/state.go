package smtpparse

// Every transition of the conversation is in this file.
//
// The state says what is awaited from the client. The server needs none: it
// sends replies, and a reply answers the first command in the queue (queue.go).
// In the states whose name ends in Reply, the client's octets cannot be read
// before the server has spoken: they are held (hold.go) and read afterwards.

// A state is named for what is awaited.
type state uint8

const (
	sameState          state = iota // in the table: no transition
	expectCommand                   // a command line
	expectAuthReply                 // 334 or the outcome, after AUTH or a response
	expectAuthResponse              // the client's answer to a 334
	expectDataReply                 // 354 after DATA
	expectDataEnd                   // the line with a lone dot
	expectChunkEnd                  // the last octet of a BDAT chunk
	expectBlobReply                 // 354 after XEXCH50
	expectBlobEnd                   // the last octet of what XEXCH50 announced
	expectTLSReply                  // 220 after STARTTLS
	expectTLS                       // a ClientHello
	expectServerWord                // the server's next words, which tell a body from commands
	numStates
)

// An event moves the conversation on.
type event uint8

const (
	sentAuth      event = iota // AUTH or X-EXPS
	sentResponse               // a line after 334, also "*"
	sentData                   // DATA
	sentChunk                  // BDAT with octets to come
	sentBlob                   // XEXCH50
	sentSTARTTLS               // STARTTLS or X-ANONYMOUSTLS
	gotChallenge               // 334
	gotGoAhead                 // 354
	gotTLSReady                // 220 to STARTTLS
	gotOutcome                 // any other final reply to what was awaited
	endReached                 // the lone dot, or the last counted octet
	sawPlain                   // text where TLS was awaited
	lostCount                  // a hole as long as the counted octets, or longer
	lostReply                  // a Reply state is left without its reply
	provedBody                 // the held octets are a message
	provedCommand              // the held octets are commands
	numEvents
)

// transitions is the whole table; what is not in it leaves the state as it is.
var transitions = [numStates][numEvents]state{
	expectCommand: {
		sentAuth:     expectAuthReply,
		sentData:     expectDataReply,
		sentChunk:    expectChunkEnd,
		sentBlob:     expectBlobReply,
		sentSTARTTLS: expectTLSReply,
		gotChallenge: expectAuthResponse, // the AUTH itself was not seen
		gotGoAhead:   expectDataEnd,      // the DATA itself was not seen
		gotTLSReady:  expectTLS,
		lostCount:    expectServerWord,
	},
	expectAuthReply: {
		gotChallenge: expectAuthResponse,
		gotOutcome:   expectCommand,
		lostReply:    expectAuthResponse,
	},
	expectAuthResponse: {
		sentResponse:  expectAuthReply,
		sentAuth:      expectAuthReply, // the client gave up and began anew
		sentData:      expectDataReply,
		sentChunk:     expectChunkEnd,
		sentBlob:      expectBlobReply,
		sentSTARTTLS:  expectTLSReply,
		gotOutcome:    expectCommand,
		provedCommand: expectCommand,
	},
	expectDataReply: {
		gotGoAhead: expectDataEnd,
		gotOutcome: expectCommand,
		lostReply:  expectDataEnd,
	},
	expectDataEnd: {
		endReached: expectCommand,
		gotOutcome: expectCommand, // the server saw an end where none was
	},
	expectChunkEnd: {
		endReached:    expectCommand,
		lostCount:     expectServerWord,
		provedCommand: expectCommand, // the server does not count
	},
	expectBlobReply: {
		gotGoAhead: expectBlobEnd,
		gotOutcome: expectCommand,
		lostReply:  expectBlobEnd,
	},
	expectBlobEnd: {
		endReached: expectCommand,
		lostCount:  expectServerWord,
	},
	expectTLSReply: {
		gotTLSReady: expectTLS,
		gotOutcome:  expectCommand,
		lostReply:   expectTLS,
	},
	expectTLS: {
		sawPlain: expectCommand,
	},
	expectServerWord: {
		gotChallenge:  expectAuthResponse,
		gotGoAhead:    expectDataEnd,
		gotTLSReady:   expectTLS,
		provedBody:    expectDataEnd,
		provedCommand: expectCommand,
	},
}

// A mode says how the octets of a direction are read.
type mode uint8

const (
	modeLines     mode = iota // lines that end in LF
	modeData                  // a message up to its dot
	modeCounted               // a number of octets
	modeHeld                  // kept until the server speaks
	modeUndecided             // kept until it is clear whether they are lines or data
)

// clientMode gives the client's mode in each state. The server's is always
// modeLines. TLS and the SASL security layer lie below (wire.go).
var clientMode = [numStates]mode{
	expectCommand:      modeLines,
	expectAuthReply:    modeHeld,
	expectAuthResponse: modeLines,
	expectDataReply:    modeHeld,
	expectDataEnd:      modeData,
	expectChunkEnd:     modeCounted,
	expectBlobReply:    modeHeld,
	expectBlobEnd:      modeCounted,
	expectTLSReply:     modeHeld,
	expectTLS:          modeLines,
	expectServerWord:   modeUndecided,
}

// move takes the transition for e, if there is one.
func (p *Parser) move(e event) {
	if next := transitions[p.state][e]; next != sameState {
		p.state = next
	}
}
