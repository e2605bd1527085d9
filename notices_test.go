package main

import (
	"fmt"
	"strings"
	"testing"

	"smtpscope/capture"
)

// TestNotices: they are written at once, or the latest are kept for the screens.
func TestNotices(t *testing.T) {
	var stderr strings.Builder
	written := notices{to: &stderr}
	written.tell("eth0 went down\x1b[31m")
	if got, want := stderr.String(), `smtpscope: eth0 went down\x1b[31m`+"\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	var kept notices
	if kept.live(&capture.Stats{}) != nil {
		t.Error("there is no interface")
	}
	const more = 5
	for i := range keptNotices + more {
		kept.tell(fmt.Sprintf("notice %d", i))
	}
	live := kept.live(&capture.Stats{Live: []capture.LiveStats{{Name: "eth0"}}})
	if len(live.Notices) != keptNotices || live.Noticed != keptNotices+more || !strings.HasSuffix(live.Notices[0], fmt.Sprintf(" notice %d", more)) {
		t.Errorf("%d of %d are kept, the first is %q", len(live.Notices), live.Noticed, live.Notices[0])
	}
}
