package report

import "time"

const (
	secondsPerDay = 24 * 60 * 60
	// firstSecond and lastSecond are those of the years 0000 and 9999, in Unix time:
	// those that RFC 3339, section 1, can write.
	firstSecond = -62167219200
	lastSecond  = 253402300799
)

// A timekeeper writes the times of one session: nearly all are of the second of the one
// before, so date and time of day are worked out once for each second.
type timekeeper struct {
	second int64
	text   [20]byte // the second, with the quote before it; not yet set: zero
}

// append appends t as encoding/json does (RFC 3339, with as many decimals as it
// takes), in UTC. A time that cannot be written so (a hostile capture can give any)
// is the zero time.
func (c *timekeeper) append(b []byte, t time.Time) []byte {
	seconds := t.Unix()
	if seconds < firstSecond || seconds > lastSecond {
		seconds, t = time.Time{}.Unix(), time.Time{}
	}
	if seconds != c.second || c.text[0] == 0 {
		c.set(seconds)
	}
	b = appendFraction(append(b, c.text[:]...), t.Nanosecond())
	return append(b, 'Z', '"')
}

// set works out a second.
func (c *timekeeper) set(seconds int64) {
	c.second = seconds
	days := (seconds - firstSecond) / secondsPerDay
	rest := int(seconds - firstSecond - days*secondsPerDay)
	year, month, day := civil(int(days))
	c.text = [...]byte{'"', 0, 0, 0, 0, '-', 0, 0, '-', 0, 0, 'T', 0, 0, ':', 0, 0, ':', 0, 0}
	c.two(1, year/100)
	c.two(3, year%100)
	c.two(6, month)
	c.two(9, day)
	c.two(12, rest/3600)
	c.two(15, rest/60%60)
	c.two(18, rest%60)
}

// two writes n, which is less than 100, with two digits.
func (c *timekeeper) two(at, n int) { c.text[at], c.text[at+1] = digitPairs[2*n], digitPairs[2*n+1] }

// appendTime appends t as a timekeeper does.
func appendTime(b []byte, t time.Time) []byte {
	var c timekeeper
	return c.append(b, t)
}

// appendFraction appends a fraction of a second: zeros at its end are left out, and
// the point if there is nothing else.
func appendFraction(b []byte, nanoseconds int) []byte {
	if nanoseconds == 0 {
		return b
	}
	n := uint32(nanoseconds)
	micros, rest := n/1_000, n%1_000
	first, second, third := micros/10_000, micros/100%100, micros%100
	b = append(b, '.', digitPairs[2*first], digitPairs[2*first+1], digitPairs[2*second], digitPairs[2*second+1], digitPairs[2*third], digitPairs[2*third+1])
	if rest != 0 {
		b = append(b, '0'+byte(rest/100), digitPairs[2*(rest%100)], digitPairs[2*(rest%100)+1])
	}
	for b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	return b
}

// civil gives the date of a day counted from 0000-01-01, in the Gregorian
// calendar as if it had always been in use (ISO 8601). It counts years from
// March on, so that the leap day is a year's last one.
func civil(days int) (year, month, day int) {
	const (
		fourCenturies = 146097 // days
		toMarch       = 60     // from 0000-01-01, a leap year, to 0000-03-01
	)
	days += fourCenturies - toMarch
	era := days / fourCenturies
	day = days % fourCenturies
	// Whole years: 365 days, one more each four, one less each hundred.
	y := (day - day/1460 + day/36524 - day/146096) / 365
	day -= 365*y + y/4 - y/100
	m := (5*day + 2) / 153 // March is 0: the lengths 31 30 31 30 31 repeat
	day -= (153*m + 2) / 5
	year, month = (era-1)*400+y, m+3
	if month > 12 {
		year, month = year+1, month-12
	}
	return year, month, day + 1
}

const digitPairs = "00010203040506070809" +
	"10111213141516171819" + "20212223242526272829" + "30313233343536373839" +
	"40414243444546474849" + "50515253545556575859" + "60616263646566676869" +
	"70717273747576777879" + "80818283848586878889" + "90919293949596979899"
