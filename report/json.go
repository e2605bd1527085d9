package report

import (
	"io"
	"slices"

	"smtpscope/inspect"
	"smtpscope/verdict"
)

// JSON Lines: one object a line. Each is what encoding/json makes of the record
// with a member "type" before its own, except that a nil slice or map is empty
// and not null, and that what a terminal would obey is escaped. It is written
// by hand because it is by far the most work that a printer does for a session.

type jsonPrinter struct{ sink }

// NewJSON gives a printer of JSON Lines (RFC 8259, a line feed after each): a
// record {"type":"capture"}, one {"type":"session"} each, and a record
// {"type":"summary"}. Integers are exact, times RFC 3339 in UTC with up to
// nine decimals.
func NewJSON(w io.Writer) Printer { return &jsonPrinter{sink{w: w}} }

func (p *jsonPrinter) Begin(c *inspect.Capture) error {
	return p.add(append(appendCapture(p.b, c), '\n'))
}

// roomBytes is more than most sessions take. Where there is less, what was rendered
// so far is copied once, to twice its size, because it grows to megabytes.
const roomBytes = 16 << 10

func (p *jsonPrinter) Render(b []byte, s *inspect.Session) []byte {
	if s.Session == nil {
		return b
	}
	if cap(b)-len(b) < roomBytes {
		b = slices.Grow(b, max(roomBytes, len(b)))
	}
	return append(appendSession(b, s), '\n')
}

func (p *jsonPrinter) Write(id int64, rendered []byte) error {
	if len(rendered) == 0 {
		return errNoSession
	}
	p.b = append(p.b, `{"type":"session","id":`...)
	p.b = appendInt(p.b, id)
	return p.add(append(p.b, rendered...))
}

func (p *jsonPrinter) End(s *inspect.Summary) error {
	if err := p.add(append(appendSummary(p.b, s), '\n')); err != nil {
		return err
	}
	return p.flush()
}

func (p *jsonPrinter) Flush() error { return p.flush() }

func appendCapture(b []byte, c *inspect.Capture) []byte {
	start := len(b)
	b = append(b, `,"type":"capture"`...)
	b = stringMember(b, `,"schema":`, c.Schema)
	b = stringMember(b, `,"tool":`, c.Tool)
	b = stringMember(b, `,"version":`, c.Version)
	b = stringsMember(b, `,"inputs":`, c.Inputs)
	b = optionalBool(b, `,"live":`, c.Live)
	b = stringsMember(b, `,"link_types":`, c.Links)
	b = listMember(b, `,"ports":`, c.Ports, func(b []byte, port *uint16) []byte {
		return appendInt(b, int64(*port))
	})
	b = boolMember(b, `,"auto_ports":`, c.AutoPorts)
	b = boolMember(b, `,"show_secrets":`, c.ShowSecrets)
	b = optionalString(b, `,"capture_filter":`, c.CaptureFilter)
	return endObject(b, start)
}

func appendSummary(b []byte, s *inspect.Summary) []byte {
	start := len(b)
	b = append(b, `,"type":"summary"`...)
	b = optionalTime(b, `,"start":`, s.Start)
	b = optionalTime(b, `,"end":`, s.End)
	b = optionalInt(b, `,"listened_ms":`, s.ListenedMS)
	b = intMember(b, `,"packets":`, s.Packets)
	b = intMember(b, `,"bytes":`, s.Bytes)
	b = intMember(b, `,"kept":`, s.Kept)
	b = intMember(b, `,"sessions":`, s.Sessions)
	b = mapMember(b, `,"states":`, s.States, appendInt)
	b = optionalList(b, `,"across":`, s.Across, appendAcross)
	b = listMember(b, `,"inputs":`, s.Inputs, appendInput)
	b = appendConnections(append(b, `,"connections":`...), &s.Connections)
	b = appendCaptureQuality(append(b, `,"quality":`...), &s.Quality)
	b = optionalMap(b, `,"limits":`, s.Limits, appendInt)
	b = listMember(b, `,"findings":`, s.Findings, appendSummaryFinding)
	b = stringsMember(b, `,"warnings":`, s.Warnings)
	return endObject(b, start)
}

func appendSummaryFinding(b []byte, f *verdict.SummaryFinding) []byte {
	var c timekeeper
	start := len(b)
	b = stringMember(b, `,"id":`, f.ID)
	b = stringMember(b, `,"severity":`, f.Severity)
	b = stringMember(b, `,"text":`, f.Text)
	b = optionalString(b, `,"next":`, f.Next)
	b = intMember(b, `,"sessions":`, f.Sessions)
	b = intMember(b, `,"first_session":`, f.FirstSession)
	b = c.append(append(b, `,"start":`...), f.Start)
	b = c.append(append(b, `,"end":`...), f.End)
	return endObject(b, start)
}

func appendInput(b []byte, in *inspect.Input) []byte {
	start := len(b)
	b = stringMember(b, `,"name":`, in.Name)
	b = stringMember(b, `,"format":`, in.Format)
	b = stringsMember(b, `,"link_types":`, in.Links)
	b = intMember(b, `,"packets":`, in.Packets)
	b = optionalStrings(b, `,"damage":`, in.Damage)
	if in.Live != nil {
		b = appendLive(append(b, `,"live":`...), in.Live)
	}
	return endObject(b, start)
}

func appendLive(b []byte, l *inspect.Live) []byte {
	start := len(b)
	b = stringMember(b, `,"state":`, l.State)
	b = intMember(b, `,"seen":`, l.Seen)
	b = intMember(b, `,"dropped":`, l.Dropped)
	b = intMember(b, `,"freezes":`, l.Freezes)
	b = intMember(b, `,"buffer":`, l.Buffer)
	b = intMember(b, `,"buffer_peak":`, l.BufferPeak)
	if len(l.Interfaces) > 0 {
		b = listMember(b, `,"interfaces":`, l.Interfaces, appendLiveInterface)
	}
	return endObject(b, start)
}

func appendLiveInterface(b []byte, i *inspect.LiveInterface) []byte {
	start := len(b)
	b = stringMember(b, `,"name":`, i.Name)
	b = stringMember(b, `,"link_type":`, i.Link)
	b = intMember(b, `,"packets":`, i.Packets)
	b = intMember(b, `,"kept":`, i.Kept)
	return endObject(b, start)
}

func appendConnections(b []byte, c *inspect.Connections) []byte {
	start := len(b)
	b = intMember(b, `,"opened":`, c.Opened)
	b = intMember(b, `,"refused":`, c.Refused)
	b = intMember(b, `,"unanswered":`, c.Unanswered)
	b = intMember(b, `,"empty":`, c.Empty)
	b = intMember(b, `,"not_smtp":`, c.NotSMTP)
	return endObject(b, start)
}

func appendCaptureQuality(b []byte, q *inspect.CaptureQuality) []byte {
	start := len(b)
	b = intMember(b, `,"gap_bytes":`, q.GapBytes)
	b = intMember(b, `,"midstream":`, q.Midstream)
	b = intMember(b, `,"one_sided":`, q.OneSided)
	b = intMember(b, `,"truncated_packets":`, q.TruncatedPackets)
	b = intMember(b, `,"conflicting_overlaps":`, q.ConflictingOverlaps)
	b = intMember(b, `,"malformed_packets":`, q.Malformed)
	if q.NotChosen > 0 {
		b = intMember(b, `,"not_chosen":`, q.NotChosen)
	}
	b = intMember(b, `,"fragments_lost":`, q.FragmentsLost)
	b = intMember(b, `,"late_packets":`, q.LatePackets)
	b = intMember(b, `,"packets_after_end":`, q.AfterEnd)
	b = intMember(b, `,"reopened":`, q.Reopened)
	b = intMember(b, `,"implausible_packets":`, q.ImplausiblePackets)
	b = optionalMap(b, `,"unknown_link_types":`, q.UnknownLinks, appendInt)
	return endObject(b, start)
}
