package main

import (
	"testing"

	"smtpscope/inspect"
)

// A panickingSink is a store that cannot keep what it gets.
type panickingSink struct{}

func (panickingSink) Render([]byte, *inspect.Session) []byte { panic("no room") }
func (panickingSink) Session(int64, []byte) error            { panic("no room") }
func (panickingSink) Flush() error                           { return nil }

// TestPanicWhileTheScreensAreShown: a panic while sessions are kept ends the
// reading with an error. It must not end the program, for the terminal would
// stay as the screens left it.
func TestPanicWhileTheScreensAreShown(t *testing.T) {
	v := &storeViewer{Sink: panickingSink{}}
	if got := v.Render([]byte("before"), new(inspect.Session)); string(got) != "before" {
		t.Errorf("rendered %q", got)
	}
	if err := v.Write(1, nil); err == nil {
		t.Error("no error")
	}
}
