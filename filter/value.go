package filter

import (
	"bytes"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// An endpoint is one side of a session: its address, and what it is called.
type endpoint func(*Facts) (netip.Addr, []string)

func clientSide(f *Facts) (netip.Addr, []string) {
	return f.Client.Addr(), []string{f.Hello, f.Proxied}
}

func serverSide(f *Facts) (netip.Addr, []string) {
	return f.Server.Addr(), []string{f.ServerName}
}

// side understands an address, a network, or a part of a name or an address.
func side(of endpoint) func(operator, string) (func(*Facts) bool, string) {
	return func(_ operator, value string) (func(*Facts) bool, string) {
		if strings.Contains(value, "/") {
			network, err := netip.ParsePrefix(value)
			if err != nil {
				return nil, "no network: such as 10.0.0.0/8 or 2001:db8::/32"
			}
			network = network.Masked()
			return func(f *Facts) bool {
				ip, _ := of(f)
				return network.Contains(ip.Unmap())
			}, ""
		}
		if wanted, err := netip.ParseAddr(value); err == nil {
			return func(f *Facts) bool {
				ip, _ := of(f)
				return ip.Unmap() == wanted.Unmap()
			}, ""
		}
		part := lower(value)
		return func(f *Facts) bool {
			ip, names := of(f)
			for _, name := range names {
				if containsFold(name, part) {
					return true
				}
			}
			return strings.Contains(ip.String(), part)
		}, ""
	}
}

// number compares; a value after a colon may be several with commas.
func number(read func(string) (int64, string), of func(*Facts) int64) func(operator, string) (func(*Facts) bool, string) {
	return func(op operator, value string) (func(*Facts) bool, string) {
		if op == is || op == equal {
			var wanted []int64
			for part := range strings.SplitSeq(value, ",") {
				n, problem := read(part)
				if problem != "" {
					return nil, problem
				}
				wanted = append(wanted, n)
			}
			return func(f *Facts) bool {
				for _, n := range wanted {
					if of(f) == n {
						return true
					}
				}
				return false
			}, ""
		}
		n, problem := read(value)
		if problem != "" {
			return nil, problem
		}
		return func(f *Facts) bool {
			switch v := of(f); op {
			case less:
				return v < n
			case atMost:
				return v <= n
			case greater:
				return v > n
			default:
				return v >= n
			}
		}, ""
	}
}

func plainNumber(s string) (int64, string) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0, "a whole number"
	}
	return n, ""
}

// sizeNumber takes K, M and G for powers of 1024.
func sizeNumber(s string) (int64, string) {
	const problem = "a size: a number, with K, M or G"
	s = strings.TrimSuffix(strings.ToUpper(s), "B")
	shift := 0
	for unit, by := range map[string]int{"K": 10, "M": 20, "G": 30} {
		if digits, found := strings.CutSuffix(s, unit); found {
			s, shift = digits, by
			break
		}
	}
	n, err := strconv.ParseFloat(s, 64)
	if n *= float64(int64(1) << shift); err != nil || !(n >= 0 && n < math.MaxInt64) {
		return 0, problem
	}
	return int64(n), ""
}

func durationNumber(s string) (int64, string) {
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0, "a duration: such as 200ms, 2s, 5m"
	}
	return int64(d), ""
}

// dateLayouts are the dates, clockLayouts the times of day that are understood.
var (
	dateLayouts  = []string{"2006-01-02", "2006-01-02T15:04", "2006-01-02T15:04:05", time.RFC3339Nano}
	clockLayouts = []string{"15:04", "15:04:05"}
)

// moment compares the session's begin with a date, or its time of day with one.
func moment(before bool) func(operator, string) (func(*Facts) bool, string) {
	return func(_ operator, value string) (func(*Facts) bool, string) {
		for _, layout := range dateLayouts {
			if t, err := time.Parse(layout, value); err == nil {
				at := t.UnixNano()
				return func(f *Facts) bool { return f.Start < at == before }, ""
			}
		}
		for _, layout := range clockLayouts {
			if t, err := time.Parse(layout, value); err == nil {
				const day = int64(24 * time.Hour)
				at := int64(t.Hour())*int64(time.Hour) + int64(t.Minute())*int64(time.Minute) + int64(t.Second())*int64(time.Second) + int64(t.Nanosecond())
				return func(f *Facts) bool { return (f.Start%day+day)%day < at == before }, ""
			}
		}
		return nil, "a time: such as 09:00, 2026-11-23 or 2026-11-23T09:00"
	}
}

// lower gives s in lower case.
func lower(s string) string { return strings.ToLower(s) }

// contains looks for a word in a text; both are in lower case.
func contains(text []byte, word string) bool { return bytes.Contains(text, []byte(word)) }

// containsFold looks for part, which is in lower case, in s, whatever its case.
func containsFold(s, part string) bool {
	if len(part) > len(s) && len(s) > 0 && isASCII(s) {
		return false
	}
	if !isASCII(s) {
		return strings.Contains(lower(s), part)
	}
	for i := 0; i+len(part) <= len(s); i++ {
		if equalFold(s[i:i+len(part)], part) {
			return true
		}
	}
	return false
}

func equalFold(s, lowered string) bool {
	for i := range len(s) {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c != lowered[i] {
			return false
		}
	}
	return true
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
