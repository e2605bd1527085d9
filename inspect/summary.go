package inspect

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"smtpscope/capture"
	"smtpscope/verdict"
)

// A tally counts over the sessions of a shard.
type tally struct {
	start, end time.Time
	sessions   int64
	states     map[verdict.State]int64
	quality    CaptureQuality
	omitted    map[string]int64
	docket     *verdict.Docket
}

func newTally() tally {
	return tally{states: map[verdict.State]int64{}, omitted: map[string]int64{}, docket: verdict.NewDocket()}
}

func (t *tally) add(s *Session) {
	t.cover(s.Start, s.End)
	t.sessions++
	t.states[s.Verdict.State]++
	t.docket.Add(s.Session, &s.Verdict)
	lacks := CaptureQuality{
		GapBytes: s.Quality.GapBytes, TruncatedPackets: s.Quality.TruncatedPackets, ConflictingOverlaps: s.Quality.ConflictingOverlaps,
	}
	if s.Quality.Midstream {
		lacks.Midstream = 1
	}
	if s.Quality.OneSided {
		lacks.OneSided = 1
	}
	t.lack(&lacks)
	for what, n := range s.Omitted {
		t.omitted[what] += n
	}
}

// merge takes in what another shard counted.
func (t *tally) merge(o *tally) {
	if o.sessions > 0 {
		t.cover(o.start, o.end)
	}
	t.sessions += o.sessions
	t.docket.Merge(o.docket)
	for state, n := range o.states {
		t.states[state] += n
	}
	for what, n := range o.omitted {
		t.omitted[what] += n
	}
	t.lack(&o.quality)
}

// cover stretches the tally's time over that of sessions.
func (t *tally) cover(start, end time.Time) {
	if t.start.IsZero() || start.Before(t.start) {
		t.start = start
	}
	if end.After(t.end) {
		t.end = end
	}
}

// lack adds what sessions lack. The other fields are the source's.
func (t *tally) lack(q *CaptureQuality) {
	t.quality.GapBytes += q.GapBytes
	t.quality.TruncatedPackets += q.TruncatedPackets
	t.quality.ConflictingOverlaps += q.ConflictingOverlaps
	t.quality.Midstream += q.Midstream
	t.quality.OneSided += q.OneSided
}

// summary is complete when Run has ended.
func (in *Inspector) summary() *Summary {
	st := in.source.Stats()
	all := newTally()
	for _, s := range in.shards {
		all.merge(&s.tally)
	}
	sum := &Summary{
		Start: all.start, End: all.end,
		Packets: st.Packets, Bytes: st.Bytes, Kept: st.Kept,
		Sessions: all.sessions, States: all.states,
		Quality:  all.quality,
		Across:   all.docket.Across(),
		Limits:   map[string]int64{},
		Warnings: []string{},
	}
	sum.Quality.Malformed = st.Selection.Malformed
	sum.Quality.NotChosen = st.Selection.NotChosen
	sum.Quality.FragmentsLost = st.Selection.FragmentsLost
	for what, n := range all.omitted {
		sum.Limits["session-"+what] += n
	}
	var assembly capture.AssemblyStats
	var stinted int64
	for _, s := range in.shards {
		sum.Connections.Empty += s.counts.empty
		sum.Connections.NotSMTP += s.counts.notSMTP
		assembly.Add(s.assembler.Stats())
		stinted += s.counts.stinted
	}
	if stinted > 0 {
		sum.Limits["max-kept"] = stinted
		sum.Warnings = append(sum.Warnings, fmt.Sprintf("limit --max-kept was reached: of %d sessions only facts were kept", stinted))
	}
	sum.addAssembly(&assembly)
	for i, input := range st.Inputs {
		sum.Inputs = append(sum.Inputs, describeInput(input))
		if i < len(st.Live) {
			sum.addLive(&sum.Inputs[i], &st.Live[i])
		}
		for _, d := range input.Damage {
			sum.Warnings = append(sum.Warnings, input.Name+": "+d)
		}
	}
	for _, wrong := range st.Selection.FilterErrors {
		sum.Warnings = append(sum.Warnings, "capture filter: "+wrong+"; no packet of it was taken")
	}
	sum.addUnknownLinks(st.Selection.UnknownLink)
	return sum
}

// addAssembly takes over what reassembly counted. Limits carry the names of the
// flags that set them.
func (sum *Summary) addAssembly(a *capture.AssemblyStats) {
	sum.Connections.Opened = a.Opened
	sum.Connections.Refused = a.Refused
	sum.Connections.Unanswered = a.Unanswered + a.Unfinished
	sum.Quality.Malformed += a.Undecoded
	sum.Quality.LatePackets = a.Late
	sum.Quality.AfterEnd, sum.Quality.Reopened = a.TailData, a.Reopened
	switch {
	case a.Reopened > 0:
		sum.Warnings = append(sum.Warnings, fmt.Sprintf("%d connections went on behind their end, which was forged or not theirs; what followed is a session of its own", a.Reopened))
	case a.TailData > 0:
		sum.Warnings = append(sum.Warnings, fmt.Sprintf("%d packets brought data behind the end of their connection, which nobody acknowledged", a.TailData))
	}
	sum.Quality.ImplausiblePackets = a.ImplausibleACKs + a.OutOfWindow + a.BeyondFIN + a.Cycles
	for _, limit := range []struct {
		name string
		bit  int64
		what string
	}{
		{"max-connections", a.ConnLimit, "sessions were ended early"},
		{"max-half-open", a.HalfOpenLimit, "connection attempts were forgotten"},
		{"max-buffer", a.BytesLimit, "holes were given up early"},
		{"max-conn-buffer", a.ConnBytesLimit, "holes were given up early"},
		{"max-segments", a.ConnSegmentLimit, "holes were given up early"},
		{"hold", a.HoldExpired, ""},
		{"idle", a.IdleExpired, ""},
		{"recent", a.RecentLimit, ""},
		{"closed", a.ClosedLimit, ""},
		{"ignored", a.IgnoredLimit, ""},
	} {
		if limit.bit == 0 {
			continue
		}
		sum.Limits[limit.name] = limit.bit
		if limit.what != "" {
			sum.Warnings = append(sum.Warnings, fmt.Sprintf("limit --%s was reached %d times: %s", limit.name, limit.bit, limit.what))
		}
	}
}

func describeInput(i capture.InputStats) Input {
	out := Input{Name: i.Name, Format: i.Format, Packets: i.Packets, Damage: i.Damage, Links: []string{}}
	for _, l := range i.Links {
		out.Links = append(out.Links, l.String())
	}
	return out
}

func (sum *Summary) addUnknownLinks(unknown map[capture.LinkType]int64) {
	if len(unknown) == 0 {
		return
	}
	sum.Quality.UnknownLinks = map[string]int64{}
	var rest int64
	for i, link := range slices.Sorted(maps.Keys(unknown)) {
		n := unknown[link]
		if i >= namedLinks {
			rest += n
			continue
		}
		sum.Quality.UnknownLinks[link.String()] = n
		sum.Warnings = append(sum.Warnings, fmt.Sprintf("%d packets of link type %s were skipped: it is not decoded", n, link))
	}
	if rest > 0 {
		sum.Quality.UnknownLinks["others"] = rest
		sum.Warnings = append(sum.Warnings, fmt.Sprintf("%d packets of %d other link types were skipped", rest, len(unknown)-namedLinks))
	}
}

// namedLinks is how many link types that are not decoded are named: a hostile
// pcapng can have one for each packet.
const namedLinks = 8
