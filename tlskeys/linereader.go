package tlskeys

import "bytes"

// maxLine bounds the length of a line: the longest has a premaster secret of
// Diffie-Hellman.
const maxLine = 64 + 2*(len(Random{})+maxPremaster)

// A lineReader cuts the text of a key log, which may come in any pieces, into
// lines, and puts their secrets into a Store.
type lineReader struct {
	// partial is a line whose end is not there yet.
	partial []byte
	// early: partial looked whole at the end of the file, and its secret was kept.
	early bool
	// long: the rest of a line that is too long is passed over.
	long bool
	room [maxPremaster]byte
}

// read takes the next piece. Zeros are left out: what PowerShell writes by > and
// Out-File is UTF-16, in which a key log's letters are followed by zeros.
func (r *lineReader) read(s *Store, text []byte) {
	if bytes.IndexByte(text, 0) >= 0 {
		text = withoutZeros(text)
		defer clear(text)
	}
	for len(text) > 0 {
		line, rest, ended := bytes.Cut(text, []byte("\n"))
		if len(line) > maxLine-len(r.partial) {
			line, r.long = nil, true
			r.forget()
		}
		switch {
		case !ended:
			if !r.long {
				r.partial, r.early = append(r.partial, line...), false
			}
		case r.long:
			r.long = false
			s.count(lineDamaged)
		case len(r.partial) > 0:
			if r.partial = append(r.partial, line...); len(line) > 0 {
				r.early = false
			}
			r.end(s)
		default:
			r.line(s, line)
		}
		text = rest
	}
}

func withoutZeros(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for _, c := range text {
		if c != 0 {
			out = append(out, c)
		}
	}
	return out
}

// end takes what is there as the last line.
func (r *lineReader) end(s *Store) {
	if r.long {
		r.long = false
		s.count(lineDamaged)
	}
	if len(r.partial) > 0 {
		r.line(s, r.partial)
	}
	r.forget()
}

// peek keeps the secret of a last line that looks whole but for its end: many
// tools write none, and the writer may be in the middle of it. When more comes,
// the line is read again; what was kept too early fits no record.
func (r *lineReader) peek(s *Store) {
	if r.early || r.long || len(r.partial) == 0 {
		return
	}
	l, kind := parseLine(r.partial, r.room[:])
	if kind == lineSecret {
		s.keep(l, earlyLine)
		r.early = true
		clear(r.room[:])
	}
}

func (r *lineReader) line(s *Store, text []byte) {
	l, kind := parseLine(text, r.room[:])
	if kind != lineSecret {
		s.count(kind)
		return
	}
	if r.early {
		s.keep(l, completedLine)
		return
	}
	s.keep(l, wholeLine)
}

// forget overwrites the line that was begun.
func (r *lineReader) forget() {
	clear(r.partial)
	r.partial, r.early = r.partial[:0], false
	clear(r.room[:])
}

func (s *Store) count(kind lineKind) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch kind {
	case lineDamaged:
		s.counts.Damaged++
	case lineIgnored:
		s.counts.Ignored++
	}
}
