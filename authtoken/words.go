package authtoken

import (
	"bytes"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"smtpscope/reuse"
)

const (
	// keptWords is how many words are remembered. A site has a few hundred
	// labels, versions, and names of hosts and users.
	keptWords = 1024
	// longestWord is the longest word that is remembered, in octets.
	longestWord = 64

	// blockSize is that of a block of other strings, in octets. It lives as long
	// as any string of it.
	blockSize = 2048
)

// words makes the strings of fields and summaries. What comes again in login
// after login is remembered; the rest shares blocks, so that many strings cost
// one allocation. Strings stay valid, whatever comes later.
type words struct {
	known *reuse.Strings
	block strings.Builder
	// texts in the making
	draft, joining []byte

	flags     [4]flagWords // the last ones seen
	nextFlags int
	time      timeWords // the last one seen: the client repeats the server's
}

// flagWords are the names of one set of NTLM flags.
type flagWords struct {
	flags uint32
	names []string // nil: none was made
	label string
}

// timeWords are a FILETIME and what it says.
type timeWords struct {
	ticks uint64
	time  time.Time
	label string
}

func newWords() words { return words{known: reuse.NewStrings(keptWords, longestWord)} }

// word is b as a string that is likely to come again.
func (w *words) word(b []byte) string {
	if known, ok := w.known.Find(b); ok {
		return known
	}
	return w.once(b)
}

// once is b as a string that is not likely to come again.
func (w *words) once(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if w.block.Cap()-w.block.Len() < len(b) {
		// A Builder that must grow would copy the strings that it holds.
		w.block = strings.Builder{}
		w.block.Grow(max(blockSize, len(b)))
	}
	from := w.block.Len()
	w.block.Write(b)
	return w.block.String()[from:]
}

// text is printable of b.
func (w *words) text(b []byte) string {
	b = b[:min(len(b), maxValue+utf8.UTFMax)]
	if len(b) <= maxValue && isPlain(b) {
		return w.word(b)
	}
	w.draft = cut(appendPrintable(w.draft[:0], b))
	return w.word(w.draft)
}

// textOnce is printable of b, which is not likely to come again.
func (w *words) textOnce(b []byte) string {
	if len(b) <= maxValue && isPlain(b) {
		return w.once(b)
	}
	return w.text(b)
}

// textUTF16 is printable of b, which is UTF-16LE.
func (w *words) textUTF16(b []byte) string {
	w.draft = cut(appendPrintableUTF16(w.draft[:0], b))
	return w.word(w.draft)
}

// joined is the parts one after the other.
func (w *words) joined(parts ...string) string {
	w.draft = w.draft[:0]
	for _, part := range parts {
		w.draft = append(w.draft, part...)
	}
	return w.word(w.draft)
}

// octets says how long something is that is not shown itself.
func (w *words) octets(n int) string {
	w.draft = appendOctets(w.draft[:0], n)
	return w.word(w.draft)
}

// zeros says how long something is that is all zero.
func (w *words) zeros(n int) string {
	w.draft = append(appendOctets(w.draft[:0], n), " of zero"...)
	return w.word(w.draft)
}

// number is v in decimal.
func (w *words) number(v int64) string {
	if v >= 0 && v < 100 {
		return strconv.Itoa(int(v)) // which has these ready
	}
	w.draft = strconv.AppendInt(w.draft[:0], v, 10)
	return w.word(w.draft)
}

// sequence is a sequence number, which begins anywhere.
func (w *words) sequence(v uint64) string {
	w.draft = strconv.AppendUint(w.draft[:0], v, 10)
	return w.once(w.draft)
}

// hexNumber is v as 0x and the digits of so many octets.
func (w *words) hexNumber(v uint64, octets int) string {
	w.draft = appendHexNumber(w.draft[:0], v, octets)
	return w.word(w.draft)
}

// hex is b in hexadecimal; what is shown so is hardly ever the same again.
func (w *words) hex(b []byte) string {
	w.draft = hex.AppendEncode(w.draft[:0], b)
	return w.once(w.draft)
}

// lower is a name in lower case.
func (w *words) lower(name []byte) string {
	if len(name) > longestWord || !isPlain(name) {
		return string(bytes.ToLower(name))
	}
	w.draft = w.draft[:0]
	for _, c := range name {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		w.draft = append(w.draft, c)
	}
	return w.word(w.draft)
}

// filetime is the time of so many ticks and its label.
func (w *words) filetime(ticks uint64) (time.Time, string) {
	if w.time.label == "" || w.time.ticks != ticks {
		t := filetime(ticks)
		w.draft = appendFiletime(w.draft[:0], t)
		w.time = timeWords{ticks, t, w.once(w.draft)}
	}
	return w.time.time, w.time.label
}

// ntlmFlags names the set flags, one by one and all in one label.
func (w *words) ntlmFlags(flags uint32) (names []string, label string) {
	for i := range w.flags {
		if f := &w.flags[i]; f.flags == flags && f.names != nil {
			return f.names, f.label
		}
	}
	names = ntlmFlagNames(flags)
	label = ntlmFlagLabel(flags, names)
	w.flags[w.nextFlags] = flagWords{flags, names, label}
	w.nextFlags = (w.nextFlags + 1) % len(w.flags)
	return names, label
}
