package smtpparse

import "hash/maphash"

// Phrases are texts that come again from session to session: a server's
// replies, a client's commands. They are made once, so that most of what a
// session says takes no memory of its own, and none that is cold. Parsers of one
// goroutine share them. What is kept is bounded; nothing depends on it.
type Phrases struct {
	seed   maphash.Seed
	places [phrasePlaces]phrase
}

const (
	// phrasePlaces is for the replies and commands of some dozens of servers.
	phrasePlaces  = 1024
	longestPhrase = 64 // octets
)

// A phrase is what is kept in the place that a text's hash decides on.
type phrase struct {
	last uint64 // hash of the last text that was looked for and is not the one kept
	text string
}

// NewPhrases returns an empty collection.
func NewPhrases() *Phrases { return &Phrases{seed: maphash.MakeSeed()} }

// find returns b as a string if it is kept, or was the last to come to its place
// in vain: a text that comes once displaces none that is said all the time.
func (p *Phrases) find(b []byte) (string, bool) {
	hash := maphash.Bytes(p.seed, b)
	place := &p.places[hash%phrasePlaces]
	switch {
	case place.text == string(b):
		place.last = 0
	case place.last == hash:
		place.text = string(b) // not of an arena's block: it would keep all of it for long
	default:
		place.last = hash
		return "", false
	}
	return place.text, true
}
