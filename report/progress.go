package report

import (
	"bytes"
	"io"
	"strconv"
	"time"
)

// A Tick is how far the reading of a capture has come.
type Tick struct {
	// Read and Size are octets of the inputs; Size is 0 when it is not known (a
	// pipe, a live interface).
	Read, Size int64
	Sessions   int64
	// Elapsed is the time since reading began.
	Elapsed time.Duration
}

// Progress keeps one line on a terminal up to date. It has no clock and does
// not ask whether there is a terminal: its caller does, and draws a few times
// a second.
type Progress struct {
	w     io.Writer
	width int
	drawn int // columns of the line that stands there
}

// NewProgress gives a progress line of at most width columns; 0 means 80.
func NewProgress(w io.Writer, width int) *Progress {
	if width <= 0 {
		width = defaultWidth
	}
	return &Progress{w: w, width: width}
}

// Draw puts the line in the place of the one before. It moves by carriage
// returns alone, which every terminal knows.
func (p *Progress) Draw(t Tick) error {
	line := t.line(p.width - 1) // a full row would move some terminals to the next
	return p.replace(line)
}

// Erase takes the line away, and must come before anything else is printed.
func (p *Progress) Erase() error {
	if p.drawn == 0 {
		return nil
	}
	return p.replace("")
}

func (p *Progress) replace(line string) error {
	b := append([]byte{'\r'}, line...)
	if rest := p.drawn - len(line); rest > 0 {
		b = append(b, bytes.Repeat([]byte{' '}, rest)...)
	}
	if line == "" {
		b = append(b, '\r')
	}
	p.drawn = len(line)
	_, err := p.w.Write(b)
	return err
}

// line is as much as there is room for, the most important first. It is ASCII.
func (t Tick) line(room int) string {
	line := ""
	for _, part := range t.parts() {
		longer := join(", ", line, part)
		if len(longer) > room {
			break
		}
		line = longer
	}
	return line
}

func (t Tick) parts() []string {
	read, left := size(float64(t.Read)), ""
	if t.Size > 0 && t.Read <= t.Size {
		read += " of " + size(float64(t.Size)) + " (" + strconv.Itoa(int(float64(t.Read)/float64(t.Size)*100)) + "%)"
	}
	rate := 0.0
	if t.Elapsed > 0 {
		rate = float64(t.Read) / t.Elapsed.Seconds()
	}
	if rate > 0 && t.Read < t.Size {
		left = span(float64(t.Size-t.Read)/rate) + " left"
	}
	return []string{read, left, count(t.Sessions, "session"), say(rate > 0, size(rate)+"/s")}
}

// span is a number of seconds as a person says it.
func span(seconds float64) string {
	const day = 24 * 60 * 60
	if seconds >= 100*day {
		return "months"
	}
	switch n := int(seconds) + 1; {
	case n < 60:
		return strconv.Itoa(n) + " s"
	case n < 60*60:
		return strconv.Itoa(n/60) + " min " + strconv.Itoa(n%60) + " s"
	default:
		return strconv.Itoa(n/60/60) + " h " + strconv.Itoa(n/60%60) + " min"
	}
}
