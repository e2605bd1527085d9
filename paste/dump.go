package paste

import (
	"encoding/hex"
	"strconv"
	"strings"
)

// dumpLine is a line of a hex dump: xxd, hexdump -C, Wireshark, tcpdump -X, PowerShell.
var dumpLine = expression(`^(?:0x)?([0-9a-fA-F]{4,16}):?\s{1,3}((?:[0-9a-fA-F]{2}){1,2}(?: {1,2}(?:[0-9a-fA-F]{2}){1,2})*)(?:\s{2,}.*)?$`)

// offsetLine is a dump's last line, the length of all.
var offsetLine = expression(`^(?:0x)?([0-9a-fA-F]{4,16}):?$`)

// longestRepeat bounds the octets for which hexdump prints asterisks, of one dump.
const longestRepeat = 64 << 10

// A dumped is what one side sent in one piece.
type dumped struct {
	octets []byte
	stream int // of two: each has offsets of its own
	line   int64
}

// hexDump reads a hex dump; nil if the lines are none. A followed stream has two
// streams in it. Each line's offset has to go on where its stream is; what stands
// around the dump (headings, a prompt) is passed over.
func hexDump(lines []line) []dumped {
	var runs []dumped
	var next [2]uint64
	begun := [2]bool{}
	stream := 0
	var row []byte // the last one
	repeats, room := false, uint64(longestRepeat)
	for _, l := range lines {
		found := dumpLine().FindStringSubmatch(l.text)
		if found == nil && repeats {
			if found = offsetLine().FindStringSubmatch(l.text); found != nil {
				found = append(found, "")
			}
		}
		if found == nil {
			if len(runs) > 0 && begins(l.text) {
				return nil
			}
			repeats = len(row) > 0 && l.text == "*"
			continue
		}
		offset, err := strconv.ParseUint(found[1], 16, 64)
		if err != nil {
			return nil
		}
		if missing := offset - next[stream]; repeats && offset > next[stream] && missing <= room {
			room -= missing
			last := &runs[len(runs)-1]
			for ; next[stream] < offset; next[stream] += uint64(len(row)) {
				last.octets = append(last.octets, row...)
			}
		}
		octets := rowOctets(found[2])
		row, repeats = octets, false
		switch {
		case begun[stream] && offset == next[stream]:
		case begun[1-stream] && offset == next[1-stream], begun[stream] && !begun[1-stream] && offset == 0:
			stream = 1 - stream
		case begun[stream]:
			return nil
		}
		if !begun[stream] {
			begun[stream], next[stream] = true, offset
		}
		next[stream] += uint64(len(octets))
		if n := len(runs); n > 0 && runs[n-1].stream == stream {
			runs[n-1].octets = append(runs[n-1].octets, octets...)
			continue
		}
		runs = append(runs, dumped{octets, stream, l.number})
	}
	return runs
}

// dumpedText gives a followed stream in hex as its lines; nil if it is no text. They
// have the number of the line in which their side began to speak.
func dumpedText(runs []dumped) (lines []line) {
	for _, r := range runs {
		for s := range strings.SplitSeq(string(r.octets), "\n") {
			if strings.ContainsFunc(s, func(c rune) bool { return c < ' ' && c != '\r' && c != '\t' }) {
				return nil
			}
			if s = strings.Trim(s, blank); s != "" {
				lines = append(lines, line{s, r.line})
			}
		}
	}
	return lines
}

// dumpedTokens takes each run for a token.
func dumpedTokens(runs []dumped) []token {
	tokens := make([]token, 0, len(runs))
	for _, r := range runs[:min(len(runs), maxTokens)] {
		tokens = append(tokens, token{r.octets, r.line})
	}
	return tokens
}

// rowOctets are those of one row, at most 16. Two spaces stand behind the eighth,
// and before the row's text, which may look like hex itself.
func rowOctets(row string) []byte {
	var octets []byte
	for len(row) >= 2 && len(octets) < 16 {
		if row[0] == ' ' {
			if strings.HasPrefix(row, "  ") && len(octets) != 8 {
				break
			}
			row = strings.TrimLeft(row, " ")
			continue
		}
		one, err := hex.DecodeString(row[:2])
		if err != nil {
			break
		}
		octets, row = append(octets, one...), row[2:]
	}
	return octets
}
