package smtpparse

import (
	"math/rand/v2"
	"testing"
)

// What is skimmed by the segment is what octet by octet is read: line ends of
// all kinds, dots, boundaries and the end, at random distances.
func TestSkimIsReading(t *testing.T) {
	pieces := []string{"\r\n", "\r\n", "\r\n", "\n", "\r", "\r\n.", "\r\n..", "\n.", "\r.\r", ".", "-", "\r\n-", "\r\n--b\r\n", "\r\n--b--\r\n",
		"\r\n--b\r\nContent-Disposition: attachment; filename=f\r\nContent-Transfer-Encoding: base64\r\n\r\n"}
	head, err := script(underway).turns()
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(7, 8))
	for _, header := range []string{"Subject: x\r\n\r\n", "Content-Type: multipart/mixed; boundary=b\r\n\r\n"} {
		for range 150 {
			body := []byte(header)
			for range 1 + r.IntN(30) {
				for range r.IntN(400) {
					body = append(body, 'A'+byte(r.IntN(26)))
				}
				body = append(body, pieces[r.IntN(len(pieces))]...)
			}
			body = append(body, "\r\n.\r\nQUIT\r\n"...)
			turns := append([]turn(nil), head...)
			for len(body) > 0 {
				n := min(len(body), 1+r.IntN(3000))
				turns = append(turns, turn{dir: Client, data: body[:n]})
				body = body[n:]
			}
			turns = append(turns, turn{dir: Server, data: []byte("250 ok\r\n221 bye\r\n")})
			if s := sameForAllSplits(t, turns, Options{}); len(s.Messages) != 1 && len(s.Anomalies) == 0 {
				t.Fatalf("%d messages", len(s.Messages))
			}
			if t.Failed() {
				return
			}
		}
	}
}
