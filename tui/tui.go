// Package tui is the terminal UI: a list of sessions that fills while a capture
// is read, and from there down to the octets that prove a verdict. It prints the
// same records as the reports, knows no packets and opens no file: what needs
// either is given to it in [Options].
//
// There is one tea.Model, the app; screens are plain structs that it routes to.
// Nothing is read, written or waited for in Update: commands do that.
package tui

import (
	"context"
	"errors"
	"io"
	"iter"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"smtpscope/filter"
	"smtpscope/inspect"
	"smtpscope/verdict"
)

// Options are what the UI shows and what it can ask for. A nil function takes
// its key away.
type Options struct {
	// Sources names what is read, "standard input" for "-".
	Sources []string
	Store   *Store
	// Progress tells how far reading has come. It may be called at any time.
	Progress func() Progress
	// Filter is the one to begin with.
	Filter string
	// Octets gives the octets that were said in some frames.
	Octets func(OctetsRequest) ([]Octets, error)
	// Save writes the packets of sessions to a new file (over an old one if
	// overwrite is set) and returns how many they were, and of how many sessions not
	// all are kept any more.
	Save func(name string, overwrite bool, sessions []*filter.Facts) (packets int64, lacking int, err error)
	// Report writes one of Reports of sessions, in one of Formats, to a new file.
	Report  func(name, report, format string, overwrite bool, sessions iter.Seq[*inspect.Session]) error
	Formats []Format
	// Reports are "sessions" and the inventories, such as "servers".
	Reports []string
	// Ports are those on which SMTP is looked for; AutoPorts tells that it is looked
	// for on all others, too.
	Ports     []uint16
	AutoPorts bool
	// CaptureFilter is the expression that chose packets, empty for all.
	CaptureFilter string
	// ShowSecrets tells that secrets are not masked.
	ShowSecrets bool
	// ASCII keeps to ASCII in all that was not said on the wire.
	ASCII bool
	// Theme is "dark", "light", or empty to ask the terminal.
	Theme string
	// NoColour leaves colours away.
	NoColour bool
}

// A Format is one that a report can be written in.
type Format struct {
	Name string // "markdown"
	Ext  string // ".md"
	// OnlySessions tells that it has no inventories.
	OnlySessions bool
}

// Progress is how far the reading of a capture has come.
type Progress struct {
	// Read and Size are octets of the inputs; Size is 0 when it is not known.
	Read, Size int64
	Packets    int64
	Elapsed    time.Duration
	// Now is the present in the time of packets (Unix nanoseconds), by which open
	// sessions last; 0 if there are none.
	Now int64
	// Live tells of interfaces that are listened on; nil if there are none.
	Live *Live
	// Across and Findings are what the sessions so far tell together, where somebody
	// looks on while they come; the Summary has those of all.
	Across   []verdict.Statement
	Findings []verdict.SummaryFinding
	// Done tells that all was read; then Summary says of what quality it was
	// (nil if reading failed at once), and Err why it ended early.
	Done    bool
	Summary *inspect.Summary
	Err     error
}

// across are the statements about several sessions, as far as they are known.
func (p *Progress) across() []verdict.Statement {
	if p.Summary != nil {
		return p.Summary.Across
	}
	return p.Across
}

// findings are those that it takes several sessions to see.
func (p *Progress) findings() []verdict.SummaryFinding {
	if p.Summary != nil {
		return p.Summary.Findings
	}
	return p.Findings
}

// Live tells of interfaces that are listened on.
type Live struct {
	// Kept counts the packets that belong to a wanted port.
	Kept       int64
	Interfaces []Interface
	// Notices say what happened to the interfaces, the latest of them last;
	// Noticed counts all that there were.
	Notices []string
	Noticed int
}

// An Interface is one that is listened on.
type Interface struct {
	Name string
	// State is "up", or why no packet comes: "down", "no carrier", "gone".
	State string
	// Seen counts the packets that passed the kernel's filter, Dropped those of
	// them for which there was no room in its buffer.
	Seen, Dropped int64
	// Used and Peak are how much of the buffer is and was taken, in octets.
	Used, Peak, Buffer int64
}

// An OctetsRequest asks for the octets of a part of a session.
type OctetsRequest struct {
	Session *filter.Facts
	// First and Last are frames; 0 for all.
	First, Last int64
}

// Octets are those that one frame brought to a direction, in order.
type Octets struct {
	From  string // "client" or "server"
	Frame int64
	Data  []byte
	// Decrypted tells that TLS records held them, which are there, too.
	Decrypted bool
}

// ErrExists is in the chain of the error of a Save or a Report whose file
// exists: the user is asked once more.
var ErrExists = errors.New("the file exists")

// Run shows the UI on a terminal until the user leaves it or the context ends.
// Keys come from standard input, or from the controlling terminal if standard
// input is something else.
func Run(ctx context.Context, out io.Writer, o Options) error {
	opts := []tea.ProgramOption{tea.WithContext(ctx), tea.WithOutput(out)}
	if o.NoColour {
		opts = append(opts, tea.WithColorProfile(colorprofile.Ascii))
	}
	_, err := tea.NewProgram(newApp(o), opts...).Run()
	switch {
	case errors.Is(err, tea.ErrInterrupted):
		return nil
	case errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil:
		return nil
	}
	return err
}
