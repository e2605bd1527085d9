package capture

// lostFlows are those of which packets were let go, so that what still comes of them is
// not held. There is a bound to how many are known: those of which nothing has come
// for the longest time are forgotten.
type lostFlows struct{ recent, older map[flowKey]lostFlow }

// A lostFlow is what is known of one.
type lostFlow struct {
	last int64 // time of the last packet
	// renews tells that the next connection between its ends is held again.
	renews bool
}

// mostLost bounds each half of the flows that are known.
const mostLost = 1 << 15

// note takes a flow in, or what is new of it.
func (l *lostFlows) note(key flowKey, f lostFlow) {
	if _, known := l.recent[key]; !known && len(l.recent) >= mostLost {
		l.older, l.recent = l.recent, nil
	}
	if l.recent == nil {
		l.recent = make(map[flowKey]lostFlow)
	}
	l.recent[key] = f
}

func (l *lostFlows) find(key flowKey) (lostFlow, bool) {
	f, known := l.recent[key]
	if !known {
		f, known = l.older[key]
	}
	return f, known
}

func (l *lostFlows) forget(key flowKey) {
	delete(l.recent, key)
	delete(l.older, key)
}
