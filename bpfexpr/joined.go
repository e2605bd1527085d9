package bpfexpr

import "slices"

// orElse joins two conditions. Lists of ports and of addresses become one test
// that halves them, instead of one after the other.
func orElse(a, b condition) condition {
	if e, is := a.(either); is {
		if joined := oneOf(e.second, b); joined != nil {
			return either{e.first, joined}
		}
	} else if joined := oneOf(a, b); joined != nil {
		return joined
	}
	return either{a, b}
}

// oneOf joins two tests of the same thing; nil if they are not.
func oneOf(a, b condition) condition {
	switch a := a.(type) {
	case ports:
		b, is := b.(ports)
		if is && a.dir == b.dir && a.dir != sourceAndDestination && a.tags == b.tags && slices.Equal(a.protocols, b.protocols) {
			a.ranges = append(a.ranges, b.ranges...)
			return a
		}
	case hosts4:
		b, is := b.(hosts4)
		if is && a.dir == b.dir && a.dir != sourceAndDestination && a.tags == b.tags && slices.Equal(a.etherTypes, b.etherTypes) {
			a.ranges = append(a.ranges, b.ranges...)
			return a
		}
	}
	return nil
}
