package report

import "strconv"

// appendInt appends v in decimal. A session has hundreds of integers, most of them
// offsets, reply codes and frame numbers, so those are written in place.
func appendInt(b []byte, v int64) []byte {
	switch {
	case v < 0 || v > 99_999_999:
		return strconv.AppendInt(b, v, 10)
	case v < 10:
		return append(b, '0'+byte(v))
	case v < 100:
		return append(b, digitPairs[2*v], digitPairs[2*v+1])
	case v < 1000:
		tens := v % 100
		return append(b, '0'+byte(v/100), digitPairs[2*tens], digitPairs[2*tens+1])
	}
	var out [8]byte
	at := len(out)
	n := uint32(v)
	for n >= 100 {
		pair := n % 100
		n /= 100
		at -= 2
		out[at], out[at+1] = digitPairs[2*pair], digitPairs[2*pair+1]
	}
	at--
	out[at] = '0' + byte(n%10)
	if n >= 10 {
		at--
		out[at] = '0' + byte(n/10)
	}
	return append(b, out[at:]...)
}
