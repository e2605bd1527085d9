package main

import (
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"smtpscope/capture"
	"smtpscope/inspect"
	"smtpscope/report"
)

// progressDelay is how long an input may take before it is worth a line.
const progressDelay = time.Second

// progressInterval is the time between two drawings of the line.
const progressInterval = 200 * time.Millisecond

// terminalWidth returns the width of the terminal that w is, 0 if it is none.
func terminalWidth(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}

func (c *config) textOptions(w io.Writer) report.TextOptions { return textOptions(w, c.ascii) }

// textOptions: colour only on a terminal, and not when NO_COLOR is set
// (no-color.org) or the terminal is dumb.
func textOptions(w io.Writer, ascii bool) report.TextOptions {
	width := terminalWidth(w)
	return report.TextOptions{
		Width:  width,
		Colour: width > 0 && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb",
		ASCII:  ascii,
	}
}

// A progress draws the progress line while an inspection runs.
type progress struct {
	quit, ended chan struct{}
}

// startProgress draws on stderr when that is a terminal, the input takes more
// than a second, and the results go elsewhere.
func (c *config) startProgress(source capture.Source, inspector *inspect.Inspector, stdout, stderr io.Writer) *progress {
	width := terminalWidth(stderr)
	if width == 0 || c.noProgress || terminalWidth(stdout) > 0 {
		return &progress{}
	}
	p := &progress{quit: make(chan struct{}), ended: make(chan struct{})}
	go p.draw(source, inspector, stderr, width)
	return p
}

func (p *progress) stop() {
	if p.quit != nil {
		close(p.quit)
		<-p.ended
	}
}

func (p *progress) draw(source capture.Source, inspector *inspect.Inspector, w io.Writer, width int) {
	defer close(p.ended)
	begin := time.Now()
	wait := time.NewTimer(progressDelay)
	defer wait.Stop()
	line := report.NewProgress(w, width)
	for {
		select {
		case <-p.quit:
			line.Erase()
			return
		case <-wait.C:
		}
		var read, size int64
		for _, input := range source.Stats().Inputs {
			read += input.Offset
			size += input.Size
		}
		line.Draw(report.Tick{Read: read, Size: size, Sessions: inspector.Sessions(), Elapsed: time.Since(begin)})
		wait.Reset(progressInterval)
	}
}
