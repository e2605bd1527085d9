package capture

// review follows every change of a connection: it ends what the change has
// made due, keeps to the limits, and keeps the list of those that wait. It
// reports whether the connection is still open.
func (a *Assembler) review(c *Conn) (open bool) {
	f := &c.flow
	a.ripePackets(c)
	a.keepToLimits(c)
	a.progress(c)
	switch {
	case f.ignored:
		a.close(c, ClosedByLimit) // nobody hears of the reason
		return false
	case f.phase == flowDying && (f.done() || f.packets-f.since.packets >= int64(a.limits.ReorderPackets)):
		a.close(c, f.dying)
		return false
	}
	a.wait(c, f.phase == flowDying || f.blocked())
	return true
}

// ripePackets does what became due by the number of packets.
func (a *Assembler) ripePackets(c *Conn) {
	f := &c.flow
	window := int64(a.limits.ReorderPackets)
	if f.phase == flowSettling {
		if f.packets-f.since.packets < window && f.bytes <= settleBytes {
			return
		}
		a.settle(c)
	}
	for i := range f.stream {
		st := &f.stream[i]
		if st.ripening.to == 0 && !st.missing() {
			continue
		}
		st.ripen()
		if st.ripening.to != 0 && f.packets-st.ripening.since.packets >= window {
			a.ripe(c, side(i))
			st.ripen()
		}
	}
}

// keepToLimits lets go of what a connection holds too much.
func (a *Assembler) keepToLimits(c *Conn) {
	f := &c.flow
	for {
		switch {
		case f.bytes > a.limits.BufferedBytesPerConn:
			a.stats.ConnBytesLimit++
		case f.heldSegments() > a.limits.SegmentsPerConn:
			a.stats.ConnSegmentLimit++
		case a.stats.Buffered > int64(a.limits.BufferedBytes) && f.heldSegments() > 0:
			a.stats.BytesLimit++
		default:
			return
		}
		if !a.relieve(c) {
			return
		}
	}
}
