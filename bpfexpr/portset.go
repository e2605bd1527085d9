package bpfexpr

import "slices"

// A portRange is a run of ports, both ends included.
type portRange struct{ low, high uint16 }

// merge returns the ranges in order, those that touch each other made one.
func merge(ranges []portRange) []portRange {
	ordered := slices.Clone(ranges)
	slices.SortFunc(ordered, func(a, b portRange) int { return int(a.low) - int(b.low) })
	merged := ordered[:0]
	for _, r := range ordered {
		if last := len(merged) - 1; last >= 0 && int(r.low) <= int(merged[last].high)+1 {
			merged[last].high = max(merged[last].high, r.high)
			continue
		}
		merged = append(merged, r)
	}
	return merged
}

// single makes ranges of ports.
func single(ports []uint16) []portRange {
	ranges := make([]portRange, len(ports))
	for i, p := range ports {
		ranges[i] = portRange{p, p}
	}
	return merge(ranges)
}

// within asks whether the port in A is in one of the ranges, which are merged.
// Of many, half are left after each question.
func (g graph) within(ranges []portRange, yes, no *node) *node {
	switch len(ranges) {
	case 0:
		return no
	case 1:
		r := ranges[0]
		switch {
		case r.low == r.high:
			return g.ask(opEqual, uint32(r.low), yes, no)
		case r.high == 0xffff:
			return g.ask(opAtLeast, uint32(r.low), yes, no)
		case r.low == 0:
			return g.ask(opGreater, uint32(r.high), no, yes)
		}
		return g.ask(opAtLeast, uint32(r.low), g.ask(opGreater, uint32(r.high), no, yes), no)
	}
	half := len(ranges) / 2
	return g.ask(opAtLeast, uint32(ranges[half].low),
		g.within(ranges[half:], yes, no), g.within(ranges[:half], yes, no))
}
