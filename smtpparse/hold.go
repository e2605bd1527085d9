package smtpparse

// A segment says where held octets came from; gap is the number of octets
// missing behind them, -1 for an unknown number, 0 for none.
type segment struct {
	at  Mark
	end int // offset in hold.octets behind the segment's last octet
	gap int64
}

// A hold keeps octets that cannot be read yet, with their marks. The zero value
// is empty. What is read is taken from the front, without moving the rest.
type hold struct {
	octets   []byte
	segments []segment
	head     int // first octet not taken
	seg      int // segment that it belongs to
}

func (h *hold) len() int    { return len(h.octets) - h.head }
func (h *hold) empty() bool { return h.seg == len(h.segments) }

func (h *hold) clear() {
	h.octets, h.segments, h.head, h.seg = h.octets[:0], h.segments[:0], 0, 0
}

// add appends octets. Octets of one mark make one segment however they were split.
func (h *hold) add(at Mark, data []byte) {
	if h.empty() {
		h.clear()
	}
	h.octets = append(h.octets, data...)
	if n := len(h.segments); n > h.seg {
		if last := &h.segments[n-1]; last.gap == 0 && last.at == at {
			last.end = len(h.octets)
			return
		}
	}
	h.segments = append(h.segments, segment{at: at, end: len(h.octets)})
}

// addGap appends a hole of n octets (0: unknown).
func (h *hold) addGap(at Mark, n int64) {
	if h.empty() {
		h.clear()
	}
	if n <= 0 {
		n = -1
	}
	h.segments = append(h.segments, segment{at: at, end: len(h.octets), gap: n})
}

// room tells that octets of the mark need no more segments than max.
func (h *hold) room(at Mark, max int) bool {
	n := len(h.segments)
	return n-h.seg < max || h.segments[n-1].at == at
}

// last is the mark of the last octets added, taken or not.
func (h *hold) last() Mark {
	if len(h.segments) == 0 {
		return Mark{}
	}
	return h.segments[len(h.segments)-1].at
}

// skip drops n octets from the front.
func (h *hold) skip(n int) {
	for n > 0 && !h.empty() {
		_, data, _ := h.next()
		h.take(min(n, len(data)))
		n -= len(data)
	}
}

// next is the first segment that is left: its octets, its mark, and the hole
// when it is one.
func (h *hold) next() (at Mark, data []byte, gap int64) {
	s := h.segments[h.seg]
	return s.at, h.octets[h.head:s.end], s.gap
}

// take drops n octets of the first segment, and the segment when it is used up.
func (h *hold) take(n int) {
	h.head += n
	if h.head == h.segments[h.seg].end {
		h.seg++
	}
}

// firstLine is the first line that is left without its end, if there is a whole one.
func (h *hold) firstLine() (line []byte, ok bool) {
	rest := h.octets[h.head:]
	for i, c := range rest {
		if c == '\n' {
			return trimCR(rest[:i]), true
		}
	}
	return rest, false
}

func trimCR(b []byte) []byte {
	if n := len(b); n > 0 && b[n-1] == '\r' {
		return b[:n-1]
	}
	return b
}

// lastLine is the last whole line that is left, without its end.
func (h *hold) lastLine() []byte {
	rest := h.octets[h.head:]
	end := len(rest)
	for end > 0 && rest[end-1] != '\n' {
		end--
	}
	if end == 0 {
		return nil
	}
	from := end - 1
	for from > 0 && rest[from-1] != '\n' {
		from--
	}
	return trimCR(rest[from : end-1])
}
