package authtoken

import (
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

func TestPrintable(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", `CONTOSO\alice`, `CONTOSO\alice`},
		{"empty", "", ""},
		{"other scripts", "Łukasz 测试 ümlaut", "Łukasz 测试 ümlaut"},
		{"escape", "a\x1b[31mb", `a\x1b[31mb`},
		{"line end", "a\r\nb\tc", `a\x0d\x0ab\x09c`},
		{"delete and C1", "\x7f\u0085", `\x7f\u0085`},
		{"bidi override", "a\u202eb\u2066", `a\u202eb\u2066`},
		{"separators and joiners", "\u2028\u200b\ufeff\u00a0", `\u2028\u200b\ufeff\u00a0`},
		{"beyond the first plane", "😀\U000E0001", `😀\U000e0001`},
		{"no UTF-8", "a\xff\xc3", `a\xff\xc3`},
		{"replacement character itself", "\ufffd", "\ufffd"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := printable(test.in); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func TestPrintableUTF16(t *testing.T) {
	tests := []struct {
		name string
		in   []byte
		want string
	}{
		{"plain", utf16le("EX01"), "EX01"},
		{"pair", utf16le("a😀b"), "a😀b"},
		{"high surrogate alone", []byte{0x3d, 0xd8, 'a', 0}, `\ud83da`},
		{"low surrogate alone", []byte{0x00, 0xde, 'a', 0}, `\ude00a`},
		{"surrogates in the wrong order", []byte{0x00, 0xde, 0x3d, 0xd8}, `\ude00\ud83d`},
		{"surrogate at the end", []byte{'a', 0, 0x3d, 0xd8}, `a\ud83d`},
		{"odd octet", []byte{'a', 0, 'b'}, `a\x62`},
		{"control", utf16le("a\x1b\u202e"), `a\x1b\u202e`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := printableUTF16(test.in); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func printableUTF16(text []byte) string { return string(cut(appendPrintableUTF16(nil, text))) }

// FuzzPrintable: whatever comes in, one line comes out, and text that was fit to
// be printed stays as it is.
func FuzzPrintable(f *testing.F) {
	for _, seed := range []string{"", `CONTOSO\alice`, "a\x1b[2J", "\u202e", "\xff\xfe", "=\xd8\x00"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		out := printable(string(in))
		if !isOneLine(out) {
			t.Errorf("printable(%q) = %q", in, out)
		}
		if again := printable(out); again != out {
			t.Errorf("printable(%q) = %q, and again %q", in, out, again)
		}
		if isText(in) && !strings.Contains(string(in), "\t") && out != bounded(string(in)) {
			t.Errorf("printable(%q) = %q, though nothing had to be escaped", in, out)
		}
		w := newWords()
		for range 2 {
			if got := w.text(in); got != out {
				t.Errorf("text(%q) = %q, printable gives %q", in, got, out)
			}
			if got := w.textOnce(in); got != out {
				t.Errorf("textOnce(%q) = %q, printable gives %q", in, got, out)
			}
		}
		wide := printableUTF16(in)
		if got := w.textUTF16(in); got != wide {
			t.Errorf("textUTF16(%x) = %q, printableUTF16 gives %q", in, got, wide)
		}
		if !isOneLine(wide) {
			t.Errorf("printableUTF16(%x) = %q", in, wide)
		}
		if utf8.Valid(in) && !strings.ContainsRune(string(in), utf8.RuneError) {
			units := utf16.Encode([]rune(string(in)))
			encoded := make([]byte, 0, 2*len(units))
			for _, unit := range units {
				encoded = append(encoded, byte(unit), byte(unit>>8))
			}
			if got := printableUTF16(encoded); got != out {
				t.Errorf("%q as UTF-16 gives %q, as UTF-8 %q", in, got, out)
			}
		}
	})
}
