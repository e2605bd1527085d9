package main

import (
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"smtpscope/capture"
	"smtpscope/report"
	"smtpscope/tui"
)

// keptNotices bounds how many notices wait to be looked at.
const keptNotices = 100

// notices are sentences about interfaces. They are written at once, or kept for
// the screens, which a line between them would spoil.
type notices struct {
	mu    sync.Mutex
	to    io.Writer // nil: they are kept
	list  []string
	count int
}

// tell takes a notice, from any goroutine.
func (n *notices) tell(text string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.to != nil {
		fmt.Fprintf(n.to, "smtpscope: %s\n", report.Printable(text))
		return
	}
	if n.count++; len(n.list) == keptNotices {
		n.list = slices.Delete(n.list, 0, 1)
	}
	n.list = append(n.list, time.Now().UTC().Format("15:04:05")+" "+text)
}

// live brings together what the screens show of interfaces; nil if there are none.
func (n *notices) live(stats *capture.Stats) *tui.Live {
	if len(stats.Live) == 0 {
		return nil
	}
	live := &tui.Live{Kept: stats.Kept}
	for i := range stats.Live {
		l := &stats.Live[i]
		live.Interfaces = append(live.Interfaces, tui.Interface{
			Name: l.Name, State: l.State.String(), Seen: l.Seen, Dropped: l.Dropped, Used: l.Used, Peak: l.Peak, Buffer: l.Buffer,
		})
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	live.Notices, live.Noticed = slices.Clone(n.list), n.count
	return live
}
