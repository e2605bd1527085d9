package inspect

import (
	"fmt"

	"smtpscope/capture"
)

// addLive takes over what became of the packets of an interface.
func (sum *Summary) addLive(input *Input, st *capture.LiveStats) {
	live := &Live{
		State: st.State.String(), Seen: st.Seen, Dropped: st.Dropped, Freezes: st.Freezes,
		Buffer: st.Buffer, BufferPeak: st.Peak,
	}
	for _, i := range st.Interfaces {
		live.Interfaces = append(live.Interfaces, LiveInterface{Name: i.Name, Link: i.Link.String(), Packets: i.Packets, Kept: i.Kept})
	}
	input.Live = live
	if live.Dropped > 0 {
		sum.Warnings = append(sum.Warnings, fmt.Sprintf(
			"%s: the kernel dropped %d of %d packets (%.2g %%) for want of room: sessions may have gaps that the network did not make, and their verdicts may suffer; --buffer gives more room",
			input.Name, live.Dropped, live.Seen, 100*float64(live.Dropped)/float64(live.Seen)))
	}
}
