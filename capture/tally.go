package capture

// A tally is what the inputs of one source have in common: the selector, the
// numbering and the clock, all in the order in which packets are merged. It
// belongs to the goroutine that reads.
type tally struct {
	selector *Selector
	// frame is the number of the last packet read; no packet after stop is.
	frame, stop int64
	// clock is the greatest packet time so far.
	clock int64
	// octets counts captured octets, kept the packets selected.
	octets, kept int64
	// interfaces is how many have been described, over all inputs and sections.
	interfaces uint32
}

// nextInterface numbers an interface.
func (t *tally) nextInterface() uint32 {
	t.interfaces++
	return t.interfaces - 1
}
