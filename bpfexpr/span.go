package bpfexpr

import "slices"

// A span is a run of numbers (ports, IPv4 addresses), both ends included.
type span struct{ low, high uint32 }

// merge returns the spans in order, those that touch each other made one.
func merge(spans []span) []span {
	ordered := slices.Clone(spans)
	slices.SortFunc(ordered, func(a, b span) int {
		switch {
		case a.low < b.low:
			return -1
		case a.low > b.low:
			return 1
		}
		return 0
	})
	merged := ordered[:0]
	for _, s := range ordered {
		if last := len(merged) - 1; last >= 0 && uint64(s.low) <= uint64(merged[last].high)+1 {
			merged[last].high = max(merged[last].high, s.high)
			continue
		}
		merged = append(merged, s)
	}
	return merged
}

// single makes spans of ports.
func single(ports []uint16) []span {
	spans := make([]span, len(ports))
	for i, p := range ports {
		spans[i] = span{uint32(p), uint32(p)}
	}
	return merge(spans)
}

// within asks whether A is in one of the spans, which are merged. Of many,
// half are left after each question.
func (g graph) within(spans []span, yes, no *node) *node {
	switch len(spans) {
	case 0:
		return no
	case 1:
		s := spans[0]
		if s.low == s.high {
			return g.ask(opEqual, s.low, yes, no)
		}
		if s.high < ^uint32(0) {
			yes = g.ask(opGreater, s.high, no, yes)
		}
		if s.low > 0 {
			yes = g.ask(opAtLeast, s.low, yes, no)
		}
		return yes
	}
	half := len(spans) / 2
	return g.ask(opAtLeast, spans[half].low, g.within(spans[half:], yes, no), g.within(spans[:half], yes, no))
}
