package tlscrypt

import (
	"cmp"
	"crypto"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestSuiteByID(t *testing.T) {
	tests := []struct {
		want          Suite
		tls13         bool
		forwardSecret bool
		weakness      string
		hash          crypto.Hash
		unregistered  bool
	}{
		{want: Suite{ID: 0x0000, Name: "TLS_NULL_WITH_NULL_NULL", KeyExchange: "NULL", Authentication: "NULL", Cipher: "NULL", MAC: "NULL"}, weakness: "no encryption"},
		{want: Suite{ID: 0x0004, Name: "TLS_RSA_WITH_RC4_128_MD5", KeyExchange: "RSA", Authentication: "RSA", Cipher: "RC4_128", MAC: "MD5"}, weakness: "RC4", hash: crypto.SHA256},
		{want: Suite{ID: 0x0019, Name: "TLS_DH_anon_EXPORT_WITH_DES40_CBC_SHA", KeyExchange: "DH", Authentication: "anon", Cipher: "DES40_CBC", MAC: "SHA", Export: true}, weakness: "the server is not authenticated", hash: crypto.SHA256},
		{want: Suite{ID: 0x0016, Name: "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA", KeyExchange: "DHE", Authentication: "RSA", Cipher: "3DES_EDE_CBC", MAC: "SHA"}, forwardSecret: true, weakness: "3DES", hash: crypto.SHA256},
		{want: Suite{ID: 0x002F, Name: "TLS_RSA_WITH_AES_128_CBC_SHA", KeyExchange: "RSA", Authentication: "RSA", Cipher: "AES_128_CBC", MAC: "SHA"}, hash: crypto.SHA256},
		{want: Suite{ID: 0x00B7, Name: "TLS_RSA_PSK_WITH_AES_256_CBC_SHA384", KeyExchange: "RSA", Authentication: "PSK", Cipher: "AES_256_CBC", MAC: "SHA384"}, hash: crypto.SHA384},
		{want: Suite{ID: 0x00FF, Name: "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"}},
		{want: Suite{ID: 0x1301, Name: "TLS_AES_128_GCM_SHA256", Cipher: "AES_128_GCM", MAC: "AEAD"}, tls13: true, forwardSecret: true, hash: crypto.SHA256},
		{want: Suite{ID: 0x1303, Name: "TLS_CHACHA20_POLY1305_SHA256", Cipher: "CHACHA20_POLY1305", MAC: "AEAD"}, tls13: true, forwardSecret: true, hash: crypto.SHA256},
		{want: Suite{ID: 0x1305, Name: "TLS_AES_128_CCM_8_SHA256", Cipher: "AES_128_CCM_8", MAC: "AEAD"}, tls13: true, forwardSecret: true, hash: crypto.SHA256},
		{want: Suite{ID: 0x5600, Name: "TLS_FALLBACK_SCSV"}},
		{want: Suite{ID: 0xC01B, Name: "TLS_SRP_SHA_RSA_WITH_3DES_EDE_CBC_SHA", KeyExchange: "SRP", Authentication: "RSA", Cipher: "3DES_EDE_CBC", MAC: "SHA"}, forwardSecret: true, weakness: "3DES", hash: crypto.SHA256},
		{want: Suite{ID: 0xC02C, Name: "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", KeyExchange: "ECDHE", Authentication: "ECDSA", Cipher: "AES_256_GCM", MAC: "AEAD"}, forwardSecret: true, hash: crypto.SHA384},
		{want: Suite{ID: 0xC0A9, Name: "TLS_PSK_WITH_AES_256_CCM_8", KeyExchange: "PSK", Authentication: "PSK", Cipher: "AES_256_CCM_8", MAC: "AEAD"}, hash: crypto.SHA256},
		{want: Suite{ID: 0xC0AA, Name: "TLS_PSK_DHE_WITH_AES_128_CCM_8", KeyExchange: "DHE", Authentication: "PSK", Cipher: "AES_128_CCM_8", MAC: "AEAD"}, forwardSecret: true, hash: crypto.SHA256},
		{want: Suite{ID: 0xC103, Name: "TLS_GOSTR341112_256_WITH_KUZNYECHIK_MGM_L", KeyExchange: "GOSTR341112_256", Authentication: "GOSTR341112_256", Cipher: "KUZNYECHIK_MGM_L", MAC: "AEAD"}},
		{want: Suite{ID: 0x2A2A, Name: "GREASE (0x2A2A)"}, unregistered: true},
		{want: Suite{ID: 0x2A3A, Name: "0x2A3A"}, unregistered: true},
	}
	for _, tt := range tests {
		t.Run(tt.want.Name, func(t *testing.T) {
			s, ok := SuiteByID(tt.want.ID)
			if diff := gocmp.Diff(tt.want, s, cmpopts.IgnoreUnexported(Suite{})); diff != "" {
				t.Error(diff)
			}
			if ok == tt.unregistered || s.TLS13() != tt.tls13 || s.ForwardSecret() != tt.forwardSecret || s.Weakness() != tt.weakness || s.Hash() != tt.hash {
				t.Errorf("registered %t, TLS13 %t, ForwardSecret %t, Weakness %q, Hash %v", ok, s.TLS13(), s.ForwardSecret(), s.Weakness(), s.Hash())
			}
		})
	}
}

// TestEverySuiteIsUnderstood wants the names in order, and each taken apart.
func TestEverySuiteIsUnderstood(t *testing.T) {
	if !slices.IsSortedFunc(suiteNames[:], func(a, b suiteName) int { return cmp.Compare(a.id, b.id) }) {
		t.Error("the table is not in order")
	}
	for i, e := range suiteNames {
		if i > 0 && suiteNames[i-1].id == e.id {
			t.Errorf("%#04x is there twice", e.id)
		}
		s, ok := SuiteByID(e.id)
		signal := e.id == 0x00FF || e.id == 0x5600
		if !ok || s.Name != e.name || (s.Cipher == "" || s.MAC == "") != signal {
			t.Errorf("%+v", s)
		}
	}
}
