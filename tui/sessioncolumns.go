package tui

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"smtpscope/filter"
)

// A clock says how times are written in the list.
type clock int

const (
	clockDay   clock = iota // time of day, UTC
	clockFirst              // since the first session
	clockAbove              // since the row above
	clocks
)

var clockTitles = [clocks]string{"time UTC", "from 1st", "delta"}

// A listed session is a row of the list, and what its cells need besides.
type listed struct {
	*filter.Facts
	above *filter.Facts // nil for the first row
	first int64         // the first session's start
	now   int64         // the present in the time of packets, 0 if it is not known
	clock clock
	marks *marks
}

func byText(of func(*filter.Facts) string) func(a, b listed) int {
	return func(a, b listed) int { return strings.Compare(of(a.Facts), of(b.Facts)) }
}

func byNumber[N cmp.Ordered](of func(*filter.Facts) N) func(a, b listed) int {
	return func(a, b listed) int { return cmp.Compare(of(a.Facts), of(b.Facts)) }
}

// These are the places of some columns.
const (
	numberColumn = 0
	timeColumn   = 1
	tookColumn   = 12
)

// columnsFor are the columns of a list of so many sessions; lasting tells that
// some of them are open, so that how long they last is of interest.
func columnsFor(sessions int, c clock, lasting bool) []column[listed] {
	list := slices.Clone(sessionColumns)
	digits := max(len(strconv.Itoa(sessions)), 4)
	number := &list[numberColumn]
	number.least, number.good, number.most = digits, digits, digits
	list[timeColumn].title = clockTitles[c]
	if lasting {
		list[tookColumn].priority = 4
	}
	return list
}

var sessionColumns = []column[listed]{
	{title: "#", priority: 0, right: true,
		cell:    func(r listed) (paint, string) { return quiet, strconv.FormatInt(r.ID, 10) },
		compare: byNumber(func(f *filter.Facts) int64 { return f.ID })},
	{title: "time", priority: 3, least: 8, good: 12, most: 12, clip: true,
		cell:    func(r listed) (paint, string) { return quiet, r.time() },
		compare: byNumber(func(f *filter.Facts) int64 { return f.Start })},
	{title: "client", priority: 1, least: 15, good: 15, most: 18,
		cell:    func(r listed) (paint, string) { return plain, host(r.Client) },
		compare: func(a, b listed) int { return a.Client.Compare(b.Client) }},
	{title: "server", priority: 1, least: 16, good: 16, most: 22, tail: true,
		cell:    func(r listed) (paint, string) { return plain, hostPort(r.Server) },
		compare: func(a, b listed) int { return a.Server.Compare(b.Server) }},
	{title: "verdict", priority: 2, least: 16, good: 16, most: 16,
		cell: func(r listed) (paint, string) {
			return statePaint(stateOf(r.Facts), r.Clear), r.marks.stateWords(r.Facts) + say(r.Clear && stateOf(r.Facts) != inProgress, " clear")
		},
		compare: byNumber(func(f *filter.Facts) int { return statePlace[stateOf(f)] })},
	{title: "login", priority: 5, least: 12, good: 15, most: 20,
		cell:    func(r listed) (paint, string) { return plain, login(r.Facts, r.marks.arrow) },
		compare: byText(func(f *filter.Facts) string { return f.Mechanism })},
	{title: "user/SPN", priority: 2, least: 10, good: 24, most: 40,
		cell:    func(r listed) (paint, string) { return plain, who(r.Facts) },
		compare: byText(who)},
	{title: "EHLO name", priority: 6, least: 12, good: 20, most: 28,
		cell:    func(r listed) (paint, string) { return quiet, r.Hello },
		compare: byText(func(f *filter.Facts) string { return f.Hello })},
	{title: "TLS", priority: 8, least: 8, good: 8, most: 10,
		cell:    func(r listed) (paint, string) { return quiet, cmp.Or(r.TLS, "no") },
		compare: byText(func(f *filter.Facts) string { return f.TLS })},
	{title: "offered", priority: 7, least: 14, good: 22, most: 34,
		cell:    func(r listed) (paint, string) { return quiet, offer(r.Facts) },
		compare: byText(offer)},
	{title: "mails", priority: 9, least: 5, good: 5, most: 5, right: true,
		cell:    func(r listed) (paint, string) { return quiet, strconv.Itoa(int(r.Messages)) },
		compare: byNumber(func(f *filter.Facts) int32 { return f.Messages })},
	{title: "octets", priority: 10, least: 8, good: 8, most: 8, right: true,
		cell:    func(r listed) (paint, string) { return quiet, size(r.Octets) },
		compare: byNumber(func(f *filter.Facts) int64 { return f.Octets })},
	{title: "took", priority: 9, least: 8, good: 8, most: 8, right: true,
		cell:    func(r listed) (paint, string) { return r.took() },
		compare: byNumber(func(f *filter.Facts) time.Duration { return f.Duration })},
	{title: "lost", priority: 4, least: 4, good: 4, most: 9,
		cell: func(r listed) (paint, string) { return bad, lost(r.Facts) },
		compare: byNumber(func(f *filter.Facts) int64 {
			if !f.Lacking() {
				return 0
			}
			return 1 + f.GapBytes
		})},
}

// time is the session's start as the clock says.
func (r listed) time() string {
	switch {
	case r.clock == clockFirst:
		return offset(time.Duration(r.Start - r.first))
	case r.clock == clockAbove && r.above == nil:
		return ""
	case r.clock == clockAbove:
		return offset(time.Duration(r.Start - r.above.Start))
	}
	const day = int64(24 * time.Hour)
	at := utc(r.Start)
	// A narrow column cuts it: what is left must not be half a number.
	switch days := r.Start/day - r.first/day; {
	case days >= 10:
		return "+" + strconv.FormatInt(days, 10) + "d " + at.Format("15") + "h"
	case days > 0:
		return "+" + strconv.FormatInt(days, 10) + "d" + at.Format("15:04:05")
	}
	return at.Format(clockLayout)
}

// took is the session's duration; of one that goes on, until now.
func (r listed) took() (paint, string) {
	if !r.Open {
		return quiet, took(r.Duration)
	}
	return accent, running(max(r.Duration, time.Duration(r.now-r.Start)))
}

// login is the mechanism by name, and what it was if the name does not say so.
func login(f *filter.Facts, arrow string) string {
	name := f.Mechanism
	switch {
	case name == "" && f.Actual == "":
		return ""
	case name == "":
		name = "?"
	case f.Actual == "" || f.Actual == "none" || strings.EqualFold(f.Actual, name):
		return name
	}
	return name + arrow + f.Actual
}

// who is the user, or the service that the client meant where the user cannot
// be read.
func who(f *filter.Facts) string { return cmp.Or(f.User, f.SPN, f.Users) }

func offer(f *filter.Facts) string {
	offered := f.Offered
	if f.HeardTLS {
		offered = f.OfferedTLS
	}
	return join(" ", strings.Join(byStrength(strings.Fields(offered)), " "), say(f.StartTLS && !f.HeardTLS, "STARTTLS"))
}
