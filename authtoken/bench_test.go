package authtoken

import "testing"

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

func BenchmarkUnwrap(b *testing.B) {
	token := wrap(0, make([]byte, 4096), 12, 12)
	b.ReportAllocs()
	b.SetBytes(int64(len(token)))
	for b.Loop() {
		Unwrap(token, Options{})
	}
}
