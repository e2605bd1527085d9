package capture

import "time"

// followLinks takes in what happened to interfaces. An error there is not the
// end: packets go on coming. It is said once, until a list is whole again.
func (s *liveSource) followLinks() {
	s.told = time.Now()
	list, err := s.watch.read(s.changed)
	if list != nil {
		s.reconcile(list)
	}
	switch {
	case err != nil && s.watched:
		s.watched = false
		s.notice("news of interfaces are missing: " + err.Error())
	case list != nil:
		s.watched = true
	}
}

// reconcile makes up for news that were lost: the list has all interfaces that
// there are. One that a tap listens on, and that is not there under its number, has
// vanished, and may be back under another one.
func (s *liveSource) reconcile(list []linkEvent) {
	there := make(map[int]bool, len(list))
	for _, e := range list {
		there[e.index] = true
	}
	for index, name := range s.names {
		if !there[index] {
			s.changed(linkEvent{index: index, name: name, state: LinkGone})
		}
	}
	for _, e := range list {
		s.changed(e)
	}
}

// changed takes in one event.
func (s *liveSource) changed(e linkEvent) {
	if e.state == LinkGone {
		delete(s.names, e.index)
	} else {
		s.names[e.index] = e.name
	}
	for _, t := range s.taps {
		switch {
		case t.any():
			s.changedUnderAny(t, e)
		case e.index == t.index:
			s.changedName(t, e)
			s.changedState(t, e)
		case e.name == t.name && t.stats.State == LinkGone && e.state != LinkGone:
			s.returned(t, e)
		}
	}
}

// changedName tells that an interface is called otherwise. It is still the same.
func (s *liveSource) changedName(t *tap, e linkEvent) {
	if e.name != t.called {
		t.called = e.name
		s.notice(t.note("is called %s now", e.name))
	}
}

// changedState follows the interface that a tap listens on.
func (s *liveSource) changedState(t *tap, e linkEvent) {
	was := t.stats.State
	if was == e.state {
		return
	}
	t.stats.State = e.state
	switch e.state {
	case LinkGone:
		t.index = -1
		s.notice(t.note("has vanished; waiting for it"))
	case LinkDown:
		s.notice(t.note("went down"))
	case LinkNoCarrier:
		if was == LinkUp {
			s.notice(t.note("lost its carrier"))
		}
	case LinkUp:
		s.notice(t.note("is up"))
	}
}

// returned listens again on an interface that had vanished.
func (s *liveSource) returned(t *tap, e linkEvent) {
	if err := t.attend(e, &s.tally); err != nil {
		t.index, t.stats.State = -1, LinkGone
		s.notice(t.note("is back, but cannot be listened on (%v)", err))
		return
	}
	if e.state == LinkUp {
		s.notice(t.note("is back"))
	} else {
		s.notice(t.note("is back, and %v", e.state))
	}
}

// changedUnderAny tells of interfaces of which wanted packets came: a machine
// has others, which nobody asked about.
func (s *liveSource) changedUnderAny(t *tap, e linkEvent) {
	h := t.heard[int32(e.index)]
	if h == nil {
		return
	}
	if h.Name = e.name; e.state != h.state && h.Kept > 0 {
		switch e.state {
		case LinkUp:
			s.notice(t.note("interface %s is up", e.name))
		case LinkGone:
			s.notice(t.note("interface %s has vanished", e.name))
		default:
			s.notice(t.note("interface %s: %v", e.name, e.state))
		}
	}
	h.state, h.gone = e.state, time.Time{}
	if e.state == LinkGone {
		h.gone = time.Now()
	}
}
