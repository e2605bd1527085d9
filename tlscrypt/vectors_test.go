package tlscrypt

import (
	"bytes"
	"crypto"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"testing"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestRFC8448 derives keys from the traffic secrets of the trace in RFC 8448,
// section 3, and opens the last record of its client.
func TestRFC8448(t *testing.T) {
	suite, _ := SuiteByID(tls.TLS_AES_128_GCM_SHA256)
	tests := []struct{ name, secret, key, iv string }{
		{
			name:   "server handshake",
			secret: "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38",
			key:    "3fce516009c21727d0f2e4e86ee403bc", iv: "5d313eb2671276ee13000b30",
		},
		{
			name:   "client handshake",
			secret: "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21",
			key:    "dbfaa693d1762c5b666af5d950258d01", iv: "5bd3c71b836e0b76bb73265f",
		},
		{
			name:   "client application",
			secret: "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5",
			key:    "17422dda596ed5d9acd890e3c63f5051", iv: "5b78923dee08579033e523d9",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for label, want := range map[string]string{"key": tt.key, "iv": tt.iv} {
				got, err := expandLabel(suite, unhex(t, tt.secret), label, len(want)/2)
				if err != nil || hex.EncodeToString(got) != want {
					t.Errorf("%s %x, %v", label, got, err)
				}
			}
		})
	}
	o := opener13(t, suite, unhex(t, tests[2].secret))
	alert := unhex(t, "1703030013c9872760655666b74d7ff1153efd6db6d0b0e3")
	got, typ, err := o.Open(nil, alert, 1)
	if err != nil || typ != Alert || !bytes.Equal(got, []byte{1, 0}) {
		t.Errorf("the alert: type %d, %x, %v", typ, got, err)
	}
}

// TestCCMVector is example 3 of NIST SP 800-38C, the one with nonces as long as
// those of TLS.
func TestCCMVector(t *testing.T) {
	aead, err := newCCM8(unhex(t, "404142434445464748494a4b4c4d4e4f"))
	if err != nil {
		t.Fatal(err)
	}
	nonce, data := unhex(t, "101112131415161718191a1b"), unhex(t, "000102030405060708090a0b0c0d0e0f10111213")
	plaintext := unhex(t, "202122232425262728292a2b2c2d2e2f3031323334353637")
	sealed := aead.Seal(nil, nonce, plaintext, data)
	if want := "e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5484392fbc1b09951"; hex.EncodeToString(sealed) != want {
		t.Errorf("sealed to %x", sealed)
	}
	if got, err := aead.Open(nil, nonce, sealed, data); err != nil || !bytes.Equal(got, plaintext) {
		t.Errorf("opened to %x, %v", got, err)
	}
}

func TestPRFVector(t *testing.T) {
	// The vector for P_SHA256 that went round the IETF's TLS list with RFC 5246.
	var out [100]byte
	prf(tls.VersionTLS12, crypto.SHA256, out[:], unhex(t, "9bbe436ba940f017b17652849a71db35"), "test label", unhex(t, "a0ba9f936cda311827a6f796ffd5198c"))
	if want := "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a"; hex.EncodeToString(out[:32]) != want {
		t.Errorf("%x", out[:32])
	}
}

func TestSupported(t *testing.T) {
	tests := []struct {
		name    string
		version uint16
		suite   uint16
		want    string
	}{
		{name: "GCM", version: tls.VersionTLS12, suite: 0x009C},
		{name: "Camellia", version: tls.VersionTLS12, suite: 0x0041},
		{name: "Camellia in TLS 1.0", version: tls.VersionTLS10, suite: 0x0041},
		{name: "Camellia-GCM", version: tls.VersionTLS12, suite: 0xC08B},
		{name: "ARIA", version: tls.VersionTLS12, suite: 0xC03D},
		{name: "ARIA-GCM", version: tls.VersionTLS12, suite: 0xC050},
		{name: "ARIA-GCM in TLS 1.1", version: tls.VersionTLS11, suite: 0xC050, want: "TLS_RSA_WITH_ARIA_128_GCM_SHA256 is not supported: no suite of TLS 1.1"},
		{name: "SEED", version: tls.VersionTLS12, suite: 0x0096, want: "TLS_RSA_WITH_SEED_CBC_SHA is not supported: no implementation of this cipher"},
		{name: "IDEA", version: tls.VersionTLS10, suite: 0x0007, want: "TLS_RSA_WITH_IDEA_CBC_SHA is not supported: no implementation of this cipher"},
		{name: "GOST", version: tls.VersionTLS12, suite: 0xC100, want: "TLS_GOSTR341112_256_WITH_KUZNYECHIK_CTR_OMAC is not supported: no implementation of this cipher"},
		{name: "AEGIS", version: tls.VersionTLS13, suite: 0x1306, want: "TLS_AEGIS_256_SHA512 is not supported: no implementation of this cipher"},
		{name: "export", version: tls.VersionTLS10, suite: 0x0003, want: "TLS_RSA_EXPORT_WITH_RC4_40_MD5 is not supported: export keys"},
		{name: "SSL 3.0", version: 0x0300, suite: 0x0005, want: "SSLv3 is not supported: this version cannot be opened"},
		{name: "not registered", version: tls.VersionTLS12, suite: 0xFEED, want: "0xFEED is not supported: no implementation of this cipher"},
		{name: "GCM in TLS 1.1", version: tls.VersionTLS11, suite: 0x009C, want: "TLS_RSA_WITH_AES_128_GCM_SHA256 is not supported: no suite of TLS 1.1"},
		{name: "1.2 in 1.3", version: tls.VersionTLS13, suite: 0x009C, want: "TLS_RSA_WITH_AES_128_GCM_SHA256 is not supported: no suite of TLS 1.3"},
		{name: "1.3 in 1.2", version: tls.VersionTLS12, suite: 0x1301, want: "TLS_AES_128_GCM_SHA256 is not supported: no suite of TLS 1.2"},
		{name: "integrity only", version: tls.VersionTLS13, suite: 0xC0B4, want: "TLS_SHA256_SHA256 is not supported: integrity only"},
		{name: "signal", version: tls.VersionTLS12, suite: 0x00FF, want: "TLS_EMPTY_RENEGOTIATION_INFO_SCSV is not supported: no implementation of this cipher"},
		{name: "no protection at all", version: tls.VersionTLS12, suite: 0x0000, want: "TLS_NULL_WITH_NULL_NULL is not supported: no implementation of this cipher"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			suite, _ := SuiteByID(tt.suite)
			err := suite.Supported(tt.version)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || err.Error() != tt.want) {
				t.Errorf("%v", err)
			}
			if unsupported := new(UnsupportedError); err != nil && !errors.As(err, &unsupported) {
				t.Errorf("a %T", err)
			}
			p := Params{Version: tt.version, Suite: suite}
			if _, _, err := p.Openers(&testMaster, &testRandoms[0], &testRandoms[1]); (err == nil) != (tt.want == "") {
				t.Errorf("Openers: %v", err)
			}
		})
	}
}

func TestSecretLen(t *testing.T) {
	suite, _ := SuiteByID(tls.TLS_AES_256_GCM_SHA384)
	if _, err := NewOpener13(suite, make([]byte, 32)); !errors.Is(err, ErrSecretLen) {
		t.Errorf("NewOpener13: %v", err)
	}
	if _, err := NextTrafficSecret(suite, make([]byte, 32)); !errors.Is(err, ErrSecretLen) {
		t.Errorf("NextTrafficSecret: %v", err)
	}
}
