package main

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"smtpscope/capture"
)

// A stretcher makes sessions with large mails of recorded ones: everything that
// is said stays as recorded, but for the sizes; the body grows.
type stretcher struct {
	data, bdat []seam
	// text and base64 are what bodies grow by: more than size octets, so that
	// one mail is another's shifted.
	text, base64 []byte
	size         int
}

const (
	// shiftRoom is how much more there is than one mail takes.
	shiftRoom = 1 << 20
	// bdatChunk is the size of the chunks that a body sent by BDAT grows by.
	bdatChunk = 1 << 20
)

// A seam is the place in a recorded session where its mail is opened: in the
// turn so numbered (DATA), or before it (BDAT).
type seam struct {
	template *template
	turn     int
	at       int // octet of the turn
	base64   bool
}

func newStretcher(w *wire, recorded []template, size int) (*stretcher, error) {
	s := &stretcher{size: size}
	var lines [][]byte
	for i := range recorded {
		t := &recorded[i]
		if found, ok := dataSeam(t); ok {
			s.data = append(s.data, found)
			lines = append(lines, textLines(t.turns[found.turn].data)...)
		}
		if found, ok := bdatSeam(t); ok {
			s.bdat = append(s.bdat, found)
		}
	}
	if len(s.data) == 0 || len(lines) == 0 {
		return nil, errors.New("no recorded session has a mail that can be stretched")
	}
	slices.SortFunc(lines, bytes.Compare)
	lines = slices.CompactFunc(lines, bytes.Equal)
	for len(s.text) < size+shiftRoom {
		s.text = append(append(s.text, lines[w.rng.IntN(len(lines))]...), "\r\n"...)
	}
	// An attachment is compressed as a rule: its base64 is of random octets.
	var octets []byte
	for len(s.base64) < size+shiftRoom {
		octets = w.noise(octets[:0], 57, false)
		s.base64 = append(base64.StdEncoding.AppendEncode(s.base64, octets), "\r\n"...)
	}
	return s, nil
}

// next returns another session, one in four by BDAT.
func (s *stretcher) next(w *wire) *template {
	if len(s.bdat) > 0 && w.rng.IntN(4) == 0 {
		return s.stretchBDAT(w, s.bdat[w.rng.IntN(len(s.bdat))])
	}
	return s.stretchDATA(w, s.data[w.rng.IntN(len(s.data))])
}

// stretchDATA puts lines into the body.
func (s *stretcher) stretchDATA(w *wire, m seam) *template {
	old := m.template.turns[m.turn].data
	fill := s.fill(w, m.base64)
	turns := slices.Clone(m.template.turns)
	turns = slices.Replace(turns, m.turn, m.turn+1,
		turn{capture.FromClient, old[:m.at]}, turn{capture.FromClient, fill}, turn{capture.FromClient, old[m.at:]})
	total := len(old) + len(fill) - len(endOfData)
	for i := range turns[:m.turn] {
		turns[i].data = resize(turns[i].data, total)
	}
	return m.template.with(turns)
}

// stretchBDAT puts chunks before the last one.
func (s *stretcher) stretchBDAT(w *wire, m seam) *template {
	fill := s.fill(w, false)
	turns := slices.Clone(m.template.turns[:m.turn])
	for chunk := range slices.Chunk(fill, bdatChunk) {
		turns = append(turns,
			turn{capture.FromClient, fmt.Appendf(nil, "BDAT %d\r\n", len(chunk))},
			turn{capture.FromClient, chunk},
			turn{capture.FromServer, fmt.Appendf(nil, "250 2.0.0 Ok: %d bytes\r\n", len(chunk))})
	}
	last := len(turns)
	turns = append(turns, m.template.turns[m.turn:]...)
	if reply := last + 1; reply < len(turns) {
		turns[reply].data = addQueued(turns[reply].data, len(fill))
	}
	for i := range turns[:m.turn] {
		turns[i].data = resize(turns[i].data, len(fill))
	}
	return m.template.with(turns)
}

// fill returns lines of about the size of a mail.
func (s *stretcher) fill(w *wire, base64 bool) []byte {
	lines := s.text
	if base64 {
		lines = s.base64
	}
	from := bytes.IndexByte(lines[w.rng.IntN(shiftRoom/2):], '\n') + 1
	lines = lines[from:]
	return lines[:bytes.LastIndexByte(lines[:s.size], '\n')+1]
}

const endOfData = ".\r\n"

// dataSeam finds the first mail that is sent by DATA and is nothing but a mail:
// one end of data, where it should be, and no bare CR or LF.
func dataSeam(t *template) (seam, bool) {
	for i := 1; i < len(t.turns); i++ {
		reply, mail := t.turns[i-1], t.turns[i]
		if reply.dir != capture.FromServer || !bytes.HasPrefix(reply.data, []byte("354 ")) || mail.dir != capture.FromClient {
			continue
		}
		if bytes.Index(mail.data, []byte("\r\n"+endOfData)) != len(mail.data)-len("\r\n"+endOfData) || bareLine.Match(mail.data) {
			return seam{}, false
		}
		if at := fullBase64Line.FindIndex(mail.data); at != nil {
			return seam{t, i, at[1], true}, true
		}
		return seam{t, i, len(mail.data) - len(endOfData), false}, true
	}
	return seam{}, false
}

var (
	bareLine       = regexp.MustCompile(`(^|[^\r])\n|\r([^\n]|$)`)
	fullBase64Line = regexp.MustCompile(`\r\n[A-Za-z0-9+/]{76}\r\n`)
	lastChunk      = regexp.MustCompile(`^BDAT \d+ LAST\r\n`)
	declaredSize   = regexp.MustCompile(` SIZE=\d+`)
	sizeLimit      = regexp.MustCompile(`-SIZE \d+`)
	queuedSize     = regexp.MustCompile(`\d+ bytes queued`)
)

// bdatSeam finds the first last chunk that is sent in a turn of its own.
func bdatSeam(t *template) (seam, bool) {
	i := slices.IndexFunc(t.turns, func(u turn) bool {
		return u.dir == capture.FromClient && lastChunk.Match(u.data)
	})
	return seam{template: t, turn: i}, i >= 0
}

// resize tells the size of the mail where one was declared, and lets the server
// take mails of that size.
func resize(data []byte, size int) []byte {
	data = declaredSize.ReplaceAll(data, fmt.Appendf(nil, " SIZE=%d", size))
	return sizeLimit.ReplaceAll(data, fmt.Appendf(nil, "-SIZE %d", 2*size))
}

// addQueued corrects what the server says that it has received.
func addQueued(reply []byte, more int) []byte {
	return queuedSize.ReplaceAllFunc(reply, func(old []byte) []byte {
		var n int
		fmt.Sscan(string(old), &n)
		return fmt.Appendf(nil, "%d bytes queued", n+more)
	})
}

// textLines returns the printable lines of a mail's body, as they are on the
// wire: dots at their beginning doubled.
func textLines(mail []byte) [][]byte {
	_, body, _ := bytes.Cut(mail, []byte("\r\n\r\n"))
	body = bytes.TrimSuffix(body, []byte(endOfData))
	return slices.DeleteFunc(bytes.Split(body, []byte("\r\n")), func(line []byte) bool {
		return len(line) == 0 || bytes.ContainsFunc(line, func(r rune) bool { return r < ' ' || r > '~' })
	})
}
