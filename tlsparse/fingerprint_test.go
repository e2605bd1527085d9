package tlsparse

import "testing"

// TestJA4 uses the numbers that the public specification of JA4 computes with.
func TestJA4(t *testing.T) {
	chrome := clientHello{
		version:  versionTLS12,
		versions: []uint16{0x3a3a, versionTLS13, versionTLS12},
		suites: []uint16{
			0x5a5a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035,
		},
		extensions: []uint16{
			0x1a1a, 0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d, 0x0005, 0x0023, 0x0012, 0x002b, 0xff01, 0x000b, 0x000a, 0x0015, 0x2a2a,
		},
		signatures: []uint16{0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601},
		protocols:  []string{"h2", "http/1.1"},
		named:      true,
	}
	bare := clientHello{version: versionSSL30}
	for _, test := range []struct {
		name  string
		hello clientHello
		want  string
	}{
		{"the example of the specification", chrome, "t13d1516h2_8daaf6152771_e5627efa2ab1"},
		{"nothing offered", bare, "ts3i000000_000000000000_000000000000"},
		{"a protocol that is no text", clientHello{version: versionTLS10, protocols: []string{"\xab\x01\xcd"}}, "t10i0000ad_000000000000_000000000000"},
	} {
		if got, _ := test.hello.ja4(nil); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

// TestJA3 uses an example of the authors of JA3: the text that is hashed is
// 769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0.
func TestJA3(t *testing.T) {
	h := clientHello{
		version: 769, suites: []uint16{47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4},
		extensions: []uint16{0, 10, 11}, groups: []uint16{23, 24, 25}, points: []byte{0},
	}
	got, text := h.ja3(nil)
	if got != "ada70206e40642a3e4461f35503241d5" {
		t.Errorf("%s of %s", got, text)
	}
}
