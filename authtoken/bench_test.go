package authtoken

import (
	"strings"
	"testing"
)

func benchmarkAdd(b *testing.B, mechanism string, from Side, token []byte) {
	b.ReportAllocs()
	b.SetBytes(int64(len(token)))
	for b.Loop() {
		NewExchange(mechanism, Options{}).Add(from, token)
	}
}

func BenchmarkNTLMAuthenticate(b *testing.B) { benchmarkAdd(b, "NTLM", Client, authenticateV2()) }

func BenchmarkSPNEGOAroundAPReq(b *testing.B) { benchmarkAdd(b, "GSSAPI", Client, spnegoKerberos()) }

func BenchmarkPlain(b *testing.B) {
	benchmarkAdd(b, "PLAIN", Client, []byte("\x00alice@contoso.test\x00S3cretMarker"))
}

// BenchmarkLogins reads the recorded logins, all tokens of one in each round.
// first is an Exchange that was just made, again one that is used again.
func BenchmarkLogins(b *testing.B) {
	for _, d := range captured(b) {
		name := strings.TrimSuffix(strings.TrimSuffix(d.capture, "ng"), ".pcap") + "/" + d.mechanism
		octets := 0
		for _, s := range d.steps {
			octets += len(s.token)
		}
		login := func(x *Exchange) {
			for _, s := range d.steps {
				x.Add(s.from, s.token)
				x.Actual()
			}
		}
		b.Run(name+"/first", func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(octets))
			for b.Loop() {
				login(NewExchange(d.mechanism, Options{}))
			}
		})
		b.Run(name+"/again", func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(octets))
			x := NewExchange(d.mechanism, Options{})
			for b.Loop() {
				x.Reset(d.mechanism, Options{})
				login(x)
			}
		})
	}
}

// BenchmarkLoginsMixed reads one recorded login after the other in each of 400
// exchanges in turn, as many sessions at a time do: their memory is out of the
// cache by then.
func BenchmarkLoginsMixed(b *testing.B) {
	dialogues := captured(b)
	exchanges := make([]*Exchange, 400)
	for i := range exchanges {
		exchanges[i] = NewExchange("", Options{})
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		x, d := exchanges[i%len(exchanges)], &dialogues[i%len(dialogues)]
		x.Reset(d.mechanism, Options{})
		for _, s := range d.steps {
			x.Add(s.from, s.token)
		}
	}
}

func BenchmarkUnwrap(b *testing.B) {
	token := wrap(0, make([]byte, 4096), 12, 12)
	x := NewExchange("", Options{})
	b.ReportAllocs()
	b.SetBytes(int64(len(token)))
	for b.Loop() {
		x.Unwrap(token)
	}
}
