package tui

import (
	"strconv"
	"strings"
	"time"
)

// A meter measures how many packets come in a second, over the last few.
type meter struct {
	samples [16]sample // in a ring; the next one goes to places[n%len]
	n       int
}

// A sample is how many packets there were at a time.
type sample struct {
	at      time.Duration
	packets int64
}

func (m *meter) read(at time.Duration, packets int64) {
	m.samples[m.n%len(m.samples)] = sample{at, packets}
	m.n++
}

// perSecond is the mean over the samples kept.
func (m *meter) perSecond() float64 {
	if m.n < 2 {
		return 0
	}
	oldest, latest := m.samples[max(m.n-len(m.samples), 0)%len(m.samples)], m.samples[(m.n-1)%len(m.samples)]
	if latest.at <= oldest.at {
		return 0
	}
	return float64(latest.packets-oldest.packets) / (latest.at - oldest.at).Seconds()
}

// words is the rate in packets; between none and one it is not a round number.
func (m *meter) words() string {
	rate := m.perSecond()
	if 0 < rate && rate < 10 {
		return strconv.FormatFloat(rate, 'f', 1, 64) + " packets/s"
	}
	return grouped(int64(rate)) + " packets/s"
}

// fullRing is the share of the kernel's buffer from which a loss is near.
const fullRing = 0.75

func (l *Live) seen() (n int64) {
	for i := range l.Interfaces {
		n += l.Interfaces[i].Seen
	}
	return n
}

func (l *Live) dropped() (n int64) {
	for i := range l.Interfaces {
		n += l.Interfaces[i].Dropped
	}
	return n
}

// ring is how full the fullest of the kernel's buffers is, and was at most.
func (l *Live) ring() (used, peak float64) {
	for i := range l.Interfaces {
		if in := &l.Interfaces[i]; in.Buffer > 0 {
			used = max(used, float64(in.Used)/float64(in.Buffer))
			peak = max(peak, float64(in.Peak)/float64(in.Buffer))
		}
	}
	return used, peak
}

// down names the interfaces of which no packet comes, and why.
func (l *Live) down() string {
	var names []string
	for _, in := range l.Interfaces {
		if in.State != "up" {
			names = append(names, in.Name+" is "+in.State)
		}
	}
	return strings.Join(names, ", ")
}

// openWords counts the sessions, and those of them that go on.
func (a *app) openWords() string {
	words := count(int64(a.sessions.roll.snap.count), "session")
	if open := a.census.open; open > 0 {
		return grouped(int64(open)) + " open of " + words
	}
	return words
}

// liveLine says what is heard, and whether it is all.
func (a *app) liveLine(width int) string {
	p, live, m := &a.progress, a.progress.Live, a.theme.marks
	l := a.theme.line(width).to(1)
	separator := " " + m.separator + " "
	if a.options.ShowSecrets {
		l.put(bad, "secrets shown").put(quiet, separator)
	}
	switch {
	case p.Done:
		l.put(quiet, "listened "+running(p.Elapsed))
	case a.sessions.follow:
		l.put(accent, m.open+" live, following")
	default:
		l.put(accent, m.open+" live")
	}
	if down := live.down(); down != "" && !p.Done {
		l.put(quiet, separator).put(bad, m.warning+" "+down)
	}
	l.put(quiet, separator+a.openWords()+separator)
	if n := live.dropped(); n > 0 {
		l.put(bad, m.warning+" "+grouped(n)+" dropped: verdicts may suffer").put(quiet, " (i)")
	} else {
		l.put(quiet, "none dropped")
	}
	if c := a.census; c.lacking > 0 {
		l.put(quiet, separator).put(bad, "lost "+say(c.gapBytes > 0, size(c.gapBytes)+" in ")+say(c.gapBytes == 0, "parts of ")+count(c.lacking, "session"))
	}
	if p.Done {
		return l.put(quiet, separator+count(live.seen(), "packet")+separator+grouped(live.Kept)+" kept").String()
	}
	l.put(quiet, separator+a.meter.words())
	used, _ := live.ring()
	paint := quiet
	if used >= fullRing {
		paint = bad
	}
	l.put(quiet, separator).put(paint, "buffer "+strconv.Itoa(int(used*100))+"%")
	if packets := separator + count(live.seen(), "packet") + separator + grouped(live.Kept) + " kept"; l.col+columns(packets) <= width {
		l.put(quiet, packets)
	}
	return l.String()
}

// liveText is the same with all numbers, for the window of information.
func (a *app) liveText(fact func(name, value string)) {
	live := a.progress.Live
	for _, in := range live.Interfaces {
		buffer := ""
		if in.Buffer > 0 {
			buffer = "buffer " + size(in.Used) + " of " + size(in.Buffer) + " taken, at most " + size(in.Peak)
		}
		fact("interface", join(", ", in.Name, in.State, count(in.Seen, "packet")+" seen", grouped(in.Dropped)+" dropped by the kernel", buffer))
	}
	fact("kept", count(live.Kept, "packet")+" of wanted ports")
	if live.dropped() > 0 {
		fact("", "What the kernel dropped may be missing in any session: one that lacks something says so. A larger buffer, fewer ports or a narrower filter help.")
	}
	for i, notice := range live.Notices {
		fact(say(i == 0, "notices"), notice)
	}
}
