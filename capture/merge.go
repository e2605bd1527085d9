package capture

// A mergeHeap orders inputs by the time of their next packet: the first is in
// front, the children of i are 2i+1 and 2i+2.
type mergeHeap []*input

// before is the order of the merge. At the same time it is that of the inputs.
func (in *input) before(other *input) bool {
	if in.head != other.head {
		return in.head < other.head
	}
	return in.order < other.order
}

// limit returns the latest time up to which packets of the first input come
// before those of all others.
func (h mergeHeap) limit() int64 {
	if len(h) < 2 {
		return noLimit
	}
	second := h[1]
	if len(h) > 2 && h[2].before(second) {
		second = h[2]
	}
	if h[0].order < second.order {
		return second.head
	}
	return second.head - 1
}

func (h *mergeHeap) push(in *input) {
	*h = append(*h, in)
	s := *h
	for i := len(s) - 1; i > 0; {
		parent := (i - 1) / 2
		if !s[i].before(s[parent]) {
			return
		}
		s[i], s[parent] = s[parent], s[i]
		i = parent
	}
}

// pop removes the first.
func (h *mergeHeap) pop() {
	s := *h
	last := len(s) - 1
	s[0], s[last] = s[last], nil
	*h = s[:last]
	h.sink()
}

// sink restores the order after the time of the first has changed.
func (h *mergeHeap) sink() {
	s := *h
	for i := 0; ; {
		least := i
		for _, child := range []int{2*i + 1, 2*i + 2} {
			if child < len(s) && s[child].before(s[least]) {
				least = child
			}
		}
		if least == i {
			return
		}
		s[i], s[least] = s[least], s[i]
		i = least
	}
}
