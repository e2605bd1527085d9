package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"smtpscope/capture"
	"smtpscope/inspect"
	"smtpscope/report"
	"smtpscope/words"
)

// rotateFlags say when the file of -w is complete while packets come.
type rotateFlags struct {
	size  int64
	files int
	held  int64
}

func (r *rotateFlags) define(fs *flag.FlagSet) {
	fs.Func("rotate-size", "", size(&r.size))
	fs.Func("rotate-files", "", positive(&r.files))
	fs.Func("max-held", "", size(&r.held))
}

func (r *rotateFlags) given() bool { return r.size > 0 || r.files > 0 }

// defaultHeld is what may be held back of connections that are not decided upon.
const defaultHeld = 64 << 20

// records tells that packets are saved as they come: they cannot be read again.
func (c *config) records() bool { return c.save != "" && !c.repeatable() }

// record makes a source save what passes through. What is decided at the end of
// a session is held until then: whether a filter chooses it, or whether it is
// SMTP at all. On the screens, which begin with a filter and can undo it, all is saved.
// With keys, packets are held too, though none is left out: keys come first.
func (c *config) record(source capture.Source, screens bool) (*capture.Recording, error) {
	o := capture.RecordOptions{
		Name: c.save, RotateSize: c.rotate.size, RotateFiles: c.rotate.files,
		Idle: 2 * c.limits.Idle, Behind: inspect.Behind, Full: isFull, Notice: c.notices.tell,
		Beside: func(k capture.Connection) func(*capture.Packet) bool {
			return inspect.BesideOf([]capture.Connection{k})
		},
		Create: func(string) (*os.File, error) { return c.openPackets(os.O_WRONLY | os.O_CREATE | os.O_TRUNC) },
	}
	if decides := c.decides(screens); decides || c.keys.followed || len(c.keys.rsa) > 0 {
		o.KeepAll = !decides
		if o.Hold = c.rotate.held; o.Hold == 0 {
			o.Hold = defaultHeld
		}
	}
	return capture.Record(source, o)
}

// decides tells that packets wait for the end of their session.
func (c *config) decides(screens bool) bool {
	return c.records() && (c.rules.AnyPort || !screens && !c.filter.Empty())
}

// finishRecording ends the file of -w, and warns of what is missing in it. It
// reports whether that is at most what a full disk and --max-held cost.
func (c *config) finishRecording(r *capture.Recording, stderr io.Writer) bool {
	stats, err := r.Finish()
	name := report.Printable(c.save)
	switch {
	case err != nil:
		fmt.Fprintf(stderr, "smtpscope: -w %s: %s missing: %s\n", name, words.Count(stats.Lost, "packet"), report.Printable(err.Error()))
	case stats.Lost > 0:
		fmt.Fprintf(stderr, "smtpscope: %s: %s missing: the disk was full\n", name, words.Count(stats.Lost, "packet"))
	}
	if stats.GivenUp > 0 {
		fmt.Fprintf(stderr, "smtpscope: limit --max-held was reached: %s missing in %s\n", words.Count(stats.GivenUp, "session"), name)
	}
	return err == nil
}

// recordFolder is where files of -w are made while rights are given up.
func (c *config) recordFolder() []string {
	if !c.records() || !c.rotate.given() {
		return nil
	}
	return []string{filepath.Dir(c.save)}
}
