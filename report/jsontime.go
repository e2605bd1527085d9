package report

import "time"

const (
	secondsPerDay = 24 * 60 * 60
	// firstSecond and lastSecond are those of the years 0000 and 9999, in Unix time:
	// those that RFC 3339, section 1, can write.
	firstSecond = -62167219200
	lastSecond  = 253402300799
)

// appendTime appends t as encoding/json does (RFC 3339, with as many decimals as
// it takes), in UTC. A time that cannot be written so (a hostile capture can give any)
// is the zero time. A session has a time in each line, so it is done here, at
// a third of what time.Time.AppendFormat takes.
func appendTime(b []byte, t time.Time) []byte {
	seconds := t.Unix()
	if seconds < firstSecond || seconds > lastSecond {
		seconds, t = time.Time{}.Unix(), time.Time{}
	}
	days := (seconds - firstSecond) / secondsPerDay
	rest := int(seconds - firstSecond - days*secondsPerDay)
	year, month, day := civil(int(days))
	out := [...]byte{'"', 0, 0, 0, 0, '-', 0, 0, '-', 0, 0, 'T', 0, 0, ':', 0, 0, ':', 0, 0,
		'.', 0, 0, 0, 0, 0, 0, 0, 0, 0, 'Z', '"'}
	two(&out, 1, year/100)
	two(&out, 3, year%100)
	two(&out, 6, month)
	two(&out, 9, day)
	two(&out, 12, rest/3600)
	two(&out, 15, rest/60%60)
	two(&out, 18, rest%60)
	return append(append(b, out[:fraction(&out, t.Nanosecond())]...), 'Z', '"')
}

// fraction writes a fraction of a second behind the seconds and returns where it
// ends: zeros at its end are left out, and the point if there is nothing else.
func fraction(out *[32]byte, nanoseconds int) (end int) {
	const point = 20
	if nanoseconds == 0 {
		return point
	}
	end = point + 7
	two(out, point+1, nanoseconds/10_000_000)
	two(out, point+3, nanoseconds/100_000%100)
	two(out, point+5, nanoseconds/1_000%100)
	if rest := nanoseconds % 1_000; rest != 0 {
		end = point + 10
		two(out, point+7, rest/10)
		out[point+9] = '0' + byte(rest%10)
	}
	for out[end-1] == '0' {
		end--
	}
	return end
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

// two writes n, which is less than 100, with two digits.
func two(out *[32]byte, at, n int) {
	out[at], out[at+1] = digitPairs[2*n], digitPairs[2*n+1]
}
