package reuse

import "hash/maphash"

// Strings are texts that come again from session to session: a server's replies, a
// client's commands, names of hosts and users, what is said of them. They are made
// once, so that most of what a session says takes no memory of its own, and none
// that is cold. Nil: nothing is kept. They serve one goroutine.
type Strings struct {
	// A text stands in the set that its hash decides on. Its tag tells without a look
	// at the texts, which may be out of the cache, that it is none of them.
	tags    []setTags
	texts   [][ways]string
	longest int // octets
	seed    maphash.Seed
}

// ways is how many texts of a set are kept.
const ways = 4

// setTags are 16 bits of the hashes of a set's texts, and of the last ones that were
// not found in it. To remember one of those would not do: two texts of every session
// would hide each other for ever.
type setTags struct {
	kept, missed [ways]uint16
}

// NewStrings returns an empty collection that keeps about so many texts, of at most
// longest octets each.
func NewStrings(texts, longest int) *Strings {
	sets := 1
	for sets*ways < texts {
		sets *= 2
	}
	return &Strings{tags: make([]setTags, sets), texts: make([][ways]string, sets), longest: longest, seed: maphash.MakeSeed()}
}

// Find returns b as a string if it is kept, or was looked for in vain not long ago;
// it is kept then. A text that comes once takes nobody's place.
func (s *Strings) Find(b []byte) (string, bool) {
	if s == nil || len(b) > s.longest {
		return "", false
	}
	hash := maphash.Bytes(s.seed, b)
	at := hash & uint64(len(s.tags)-1)
	tag := uint16(hash>>48) | 1 // 0 is of no text
	tags := &s.tags[at]
	for i, t := range &tags.kept {
		if t == tag && s.texts[at][i] == string(b) {
			return s.moveUp(at, i), true
		}
	}
	for _, t := range &tags.missed {
		if t == tag {
			return s.keep(at, tag, b), true
		}
	}
	copy(tags.missed[1:], tags.missed[:])
	tags.missed[0] = tag
	return "", false
}

// moveUp returns the i-th text of a set, which changes places with the one before
// it: what comes seldom is not to drive out what is said all the time.
func (s *Strings) moveUp(set uint64, i int) string {
	texts, tags := &s.texts[set], &s.tags[set].kept
	text := texts[i]
	if i > 0 {
		texts[i-1], texts[i] = text, texts[i-1]
		tags[i-1], tags[i] = tags[i], tags[i-1]
	}
	return text
}

// keep takes a text into a set: at its first free place, else at the last one.
func (s *Strings) keep(set uint64, tag uint16, b []byte) string {
	tags := &s.tags[set].kept
	i := 0
	for i < ways-1 && tags[i] != 0 {
		i++
	}
	text := string(b) // not of its caller's block of strings: it would keep all of that for long
	s.texts[set][i], tags[i] = text, tag
	return text
}
