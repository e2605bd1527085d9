package authtoken

// A slab hands out runs of elements that lie in large blocks, so that the many
// small lists of a tree cost one allocation for all, and none when they are
// made again in the same place. What was handed out never moves.
type slab[T any] struct {
	block []T // its length is what of it was handed out
	used  int // elements handed out since reset, of earlier blocks too
}

// take hands out n elements, whose contents may be those of an earlier use. A new
// block has room for as many as were handed out, within reason, and for least.
func (s *slab[T]) take(n, least int) []T {
	if n > cap(s.block)-len(s.block) {
		s.block = make([]T, 0, max(n, min(s.used, maxFields), least))
	}
	from := len(s.block)
	s.block = s.block[:from+n]
	s.used += n
	return s.block[from:len(s.block):len(s.block)]
}

// reset takes everything back, and sees to it that as much and a little more fits
// into one block the next time. It keeps at most most elements: what a hostile
// token made larger is let go.
func (s *slab[T]) reset(most int) {
	if want := min(s.used, most); cap(s.block) < want || cap(s.block) > most {
		s.block = make([]T, 0, min(want+want/4, most))
	}
	s.block, s.used = s.block[:0], 0
}
