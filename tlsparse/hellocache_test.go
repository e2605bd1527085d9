package tlsparse

import (
	"slices"
	"testing"
)

// Hellos that differ in one list only are not taken for each other.
func TestHelloCacheTellsListsApart(t *testing.T) {
	base := func() *clientHello {
		return &clientHello{
			version: versionTLS12, suites: []uint16{0x1301, 0xc02f}, extensions: []uint16{0, 10}, versions: []uint16{versionTLS13},
			groups: []uint16{29}, points: []byte{0}, signatures: []uint16{0x0403}, protocols: []string{"smtp"}, named: true,
		}
	}
	hellos := []*clientHello{base()}
	for _, change := range []func(*clientHello){
		func(h *clientHello) { h.version = versionTLS11 },
		func(h *clientHello) { h.suites = []uint16{0x1301} },
		func(h *clientHello) { h.suites, h.extensions = []uint16{0x1301}, []uint16{0xc02f, 0, 10} },
		func(h *clientHello) { h.extensions = []uint16{10, 0} },
		func(h *clientHello) { h.versions = nil },
		func(h *clientHello) { h.groups = []uint16{23} },
		func(h *clientHello) { h.points = []byte{1} },
		func(h *clientHello) { h.signatures = nil },
		func(h *clientHello) { h.protocols = nil },
		func(h *clientHello) { h.protocols = []string{"sm", "tp"} },
		func(h *clientHello) { h.protocols = []string{"smtp", ""} },
		func(h *clientHello) { h.named = false },
	} {
		h := base()
		change(h)
		hellos = append(hellos, h)
	}
	var cache HelloCache
	var seen []*helloFacts
	for i, h := range hellos {
		f := cache.facts(h)
		if slices.Contains(seen, f) {
			t.Errorf("hello %d was taken for another one", i)
		}
		seen = append(seen, f)
	}
	for i, h := range hellos {
		if cache.facts(h) != seen[i] {
			t.Errorf("hello %d was read twice", i)
		}
	}
}

func TestHelloCacheIsBounded(t *testing.T) {
	var cache HelloCache
	for i := range 3*maxHellos + 1 {
		cache.facts(&clientHello{suites: []uint16{uint16(i)}})
		if n := len(cache.known); n > maxHellos {
			t.Fatalf("%d hellos are kept", n)
		}
	}
}

// A name is held against a certificate once, and names that are too long are not kept.
func TestCheckName(t *testing.T) {
	var cache CertificateCache
	long := string(make([]byte, maxName+1))
	for _, test := range []struct {
		cert *Certificate
		name string
		want string
	}{
		{&Certificate{Names: []string{"mail.example.test"}}, "mail.example.test", "match"},
		{&Certificate{Names: []string{"mail.example.test"}}, "mx.example.test", "mismatch"},
		{&Certificate{Names: []string{"mail.example.test"}}, long, "mismatch"},
		{&Certificate{Damage: "cut"}, "mail.example.test", ""},
		{&Certificate{Names: []string{"mail.example.test"}}, "", ""},
	} {
		for range 2 {
			f := Facts{ServerCertificates: []*Certificate{test.cert}}
			if cache.CheckName(&f, test.name); f.NameMatch != test.want {
				t.Errorf("%q against %q: %q, want %q", test.name, test.cert.Names, f.NameMatch, test.want)
			}
		}
	}
	if n := len(cache.matches); n != 2 {
		t.Errorf("%d answers are kept, want 2", n)
	}
}
