package tui

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"smtpscope/filter"
	"smtpscope/words"
)

// Short names for what stands in every other line.

func join(separator string, parts ...string) string { return words.Join(separator, parts...) }
func say(holds bool, text string) string            { return words.If(holds, text) }
func with(text, value string) string                { return words.With(text, value) }
func count(n int64, noun string) string             { return words.Count(n, noun) }
func grouped(n int64) string                        { return words.Grouped(n) }
func frames(first, last int64) string               { return words.Frames(first, last) }
func size(octets int64) string                      { return words.Size(float64(octets)) }

// took is how long something took, in at most seven columns.
func took(d time.Duration) string {
	switch {
	case d < 0:
		return ""
	case d < 100*time.Second:
		return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) + "s"
	case d < 24*time.Hour:
		return strings.TrimSuffix(d.Round(time.Second).String(), "0s")
	}
	return strconv.Itoa(int(d/(24*time.Hour))) + "d" + strconv.Itoa(int(d%(24*time.Hour)/time.Hour)) + "h"
}

// running is the duration of what goes on: a number that changes all the time is
// not read to the millisecond.
func running(d time.Duration) string {
	if d < time.Minute {
		return strconv.Itoa(int(d/time.Second)) + "s"
	}
	return took(d.Truncate(time.Second))
}

// span of seconds as a person says it.
func left(d time.Duration) string {
	switch {
	case d < time.Minute:
		return strconv.Itoa(int(d/time.Second)+1) + " s"
	case d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + " min"
	}
	return strconv.Itoa(int(d/time.Hour)) + " h " + strconv.Itoa(int(d%time.Hour/time.Minute)) + " min"
}

const (
	clockLayout = "15:04:05.000"
	// shortStamp is for columns of what may be weeks apart.
	shortStamp = "01-02 15:04:05"
	stampWidth = len(shortStamp)
)

func utc(nanos int64) time.Time { return time.Unix(0, nanos).UTC() }

// offset is a time since another one, in seconds.
func offset(d time.Duration) string {
	if d >= 100_000*time.Second || d <= -100_000*time.Second {
		return took(d.Abs())
	}
	s := strconv.FormatFloat(d.Seconds(), 'f', 3, 64)
	if d >= 0 {
		s = "+" + s
	}
	return s
}

func host(a netip.AddrPort) string {
	if !a.Addr().IsValid() {
		return "?"
	}
	return a.Addr().String()
}

func hostPort(a netip.AddrPort) string {
	if !a.Addr().IsValid() {
		return "?:" + portName(a)
	}
	return a.String()
}

func portName(a netip.AddrPort) string { return strconv.Itoa(int(a.Port())) }

// lost is what the capture lacks of a session, in a few letters.
func lost(f *filter.Facts) string {
	var words []string
	for _, w := range []struct {
		holds bool
		word  string
	}{{f.Gaps, "gap"}, {f.Midstream, "mid"}, {f.OneSided, "1way"}, {f.Truncated, "cut"}} {
		if w.holds {
			words = append(words, w.word)
		}
	}
	return strings.Join(words, " ")
}

// lostWords says the same in a sentence; empty when nothing is lost.
func lostWords(f *filter.Facts) string {
	var words []string
	if f.GapBytes > 0 {
		words = append(words, count(f.GapBytes, "octet")+" missing")
	} else if f.Gaps {
		words = append(words, "octets missing")
	}
	if f.Midstream {
		words = append(words, "begins in the middle")
	}
	if f.OneSided {
		words = append(words, "one direction only")
	}
	if f.Truncated {
		words = append(words, "packets cut short")
	}
	return strings.Join(words, ", ")
}
