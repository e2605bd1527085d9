package capture

// wait puts a connection on the list of those that wait, or takes it off.
func (a *Assembler) wait(c *Conn, on bool) {
	f := &c.flow
	switch {
	case on && f.waiting == 0:
		a.waiting = append(a.waiting, c)
		f.waiting = len(a.waiting)
	case !on && f.waiting != 0:
		last := a.waiting[len(a.waiting)-1]
		a.waiting[f.waiting-1] = last
		last.flow.waiting = f.waiting
		a.waiting[len(a.waiting)-1] = nil
		a.waiting = a.waiting[:len(a.waiting)-1]
		f.waiting = 0
	}
	if on {
		at, _ := a.deadline(f)
		a.nextDue = min(a.nextDue, at)
	}
}

// touch makes c the connection that was active last.
func (a *Assembler) touch(c *Conn, clock int64) {
	c.flow.last, c.flow.now = clock, clock
	if a.newest != c {
		a.unlink(c)
		a.link(c)
	}
}

func (a *Assembler) link(c *Conn) {
	c.flow.older, c.flow.newer = a.newest, nil
	if a.newest != nil {
		a.newest.flow.newer = c
	} else {
		a.oldest = c
	}
	a.newest = c
}

func (a *Assembler) unlink(c *Conn) {
	f := &c.flow
	if f.older != nil {
		f.older.flow.newer = f.newer
	} else {
		a.oldest = f.newer
	}
	if f.newer != nil {
		f.newer.flow.older = f.older
	} else {
		a.newest = f.older
	}
	f.older, f.newer = nil, nil
}
