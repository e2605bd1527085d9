package tlsparse

// Every transition of the machine is in this file. Each direction has a state of
// its own, named for what is awaited from it.

// An awaits is what is awaited of a direction.
type awaits uint8

const (
	sameAwaits            awaits = iota // in the table: no transition
	expectHello                         // ClientHello or ServerHello
	expectServerHello                   // of the client: what the server chooses; early data may come
	expectHandshake                     // to TLS 1.2: messages in the clear, up to ChangeCipherSpec
	expectFinished                      // under the first keys: messages up to Finished
	expectApplication                   // application data
	expectSealedHandshake               // to TLS 1.2: a renegotiation, up to ChangeCipherSpec
	expectNothing                       // it has said close_notify, or a fatal alert was sent
	numAwaits
)

// An event moves a direction on.
type event uint8

const (
	sentHello        event = iota // the direction's own hello
	gotRetry                      // HelloRetryRequest
	chosenTLS13                   // a ServerHello that chooses TLS 1.3
	chosenOlder                   // a ServerHello that chooses less
	sentChangeCipher              // ChangeCipherSpec, to TLS 1.2
	sentFinished                  // Finished, or what can only come behind it
	sentClose                     // close_notify or a fatal alert
	numEvents
)

// transitions is the whole table; what is not in it leaves the state as it is.
var transitions = [numAwaits][numEvents]awaits{
	expectHello: {
		sentHello:        expectServerHello,
		chosenTLS13:      expectFinished,
		chosenOlder:      expectHandshake,
		sentChangeCipher: expectFinished, // the hello was not seen
		sentClose:        expectNothing,
	},
	expectServerHello: {
		gotRetry:         expectHello,
		chosenTLS13:      expectFinished,
		chosenOlder:      expectHandshake,
		sentChangeCipher: expectFinished, // the server's hello was not seen
		sentClose:        expectNothing,
	},
	expectHandshake: {
		sentChangeCipher: expectFinished,
		sentClose:        expectNothing,
	},
	expectFinished: {
		sentFinished: expectApplication,
		sentClose:    expectNothing,
	},
	expectApplication: {
		sentHello:        expectSealedHandshake,
		chosenOlder:      expectSealedHandshake,
		sentChangeCipher: expectFinished,
		sentClose:        expectNothing,
	},
	expectSealedHandshake: {
		sentChangeCipher: expectFinished,
		sentClose:        expectNothing,
	},
}

func (h *half) move(e event) {
	if next := transitions[h.awaits][e]; next != sameAwaits {
		h.awaits = next
	}
}

// sealed tells that the direction's records are under keys.
func (h *half) sealed() bool {
	switch h.awaits {
	case expectFinished, expectApplication, expectSealedHandshake:
		return true
	}
	return false
}
