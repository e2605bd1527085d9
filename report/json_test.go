package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"smtpscope/authtoken"
	"smtpscope/inspect"
	"smtpscope/smtpparse"
)

// fullRecords gives a record of each type with every field set.
func fullRecords() []any {
	f := newFiller(1)
	return []any{filled[inspect.Capture](f), filled[inspect.Session](f), filled[inspect.Summary](f)}
}

// encoded is the line that the printer writes of a record.
func encoded(t *testing.T, record any) []byte {
	t.Helper()
	var out bytes.Buffer
	p := NewJSON(&out)
	var err error
	switch r := record.(type) {
	case *inspect.Capture:
		err = p.Begin(r)
	case *inspect.Session:
		err = printOne(p, r)
	case *inspect.Summary:
		err = p.End(r)
	}
	if err := errors.Join(err, p.Flush()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// reference is what encoding/json makes of it.
func reference(t *testing.T, record any) []byte {
	t.Helper()
	var tagged any
	switch r := record.(type) {
	case *inspect.Capture:
		tagged = struct {
			Type string `json:"type"`
			*inspect.Capture
		}{"capture", r}
	case *inspect.Session:
		tagged = struct {
			Type string `json:"type"`
			*inspect.Session
		}{"session", r}
	case *inspect.Summary:
		tagged = struct {
			Type string `json:"type"`
			*inspect.Summary
		}{"summary", r}
	}
	b, err := json.Marshal(tagged)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// tokens takes JSON apart: names, values and brackets in their order.
func tokens(t *testing.T, b []byte) []string {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var list []string
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatalf("%v in %q", err, b)
		}
		list = append(list, fmt.Sprintf("%T %v", token, token))
	}
}

func compare(t *testing.T, record any) {
	t.Helper()
	got := encoded(t, record)
	if diff := cmp.Diff(tokens(t, reference(t, record)), tokens(t, got)); diff != "" {
		t.Errorf("%T (-encoding/json +ours):\n%s", record, diff)
	}
	if bytes.Count(got, []byte("\n")) != 1 || got[len(got)-1] != '\n' {
		t.Errorf("%T is not one line: %q", record, got)
	}
	checkSafe(t, bytes.TrimSuffix(got, []byte("\n")))
}

// checkSafe fails when b holds what a terminal would obey.
func checkSafe(t *testing.T, b []byte) {
	t.Helper()
	if !utf8.Valid(b) {
		t.Errorf("not UTF-8: %q", b)
	}
	for _, r := range string(b) {
		if hidden(r) {
			t.Errorf("raw %U in %q", r, b)
		}
	}
}

func TestJSONIsThatOfEncodingJSON(t *testing.T) {
	for _, record := range fullRecords() {
		compare(t, record)
	}
}

func TestJSONLeavesOutWhatEncodingJSONLeavesOut(t *testing.T) {
	text := "plain \"quoted\" \\ \x00\x1b[31m \u0085\u009b\u202e\u2028\u200b \xff\xc3( é 漢 \U000e0041 <&>"
	for seed := range uint64(200) {
		f := sparse(seed, text)
		for _, record := range []any{filled[inspect.Capture](f), filled[inspect.Session](f), filled[inspect.Summary](f)} {
			got := encoded(t, record)
			emptied(reflect.ValueOf(record))
			if again := encoded(t, record); !bytes.Equal(got, again) {
				t.Fatalf("nil and empty differ:\n%s\n%s", got, again)
			}
			compare(t, record)
		}
		if t.Failed() {
			t.Fatalf("with seed %d", seed)
		}
	}
}

func TestJSONReadsBack(t *testing.T) {
	want := filled[inspect.Session](newFiller(3))
	var got inspect.Session
	if err := json.Unmarshal(encoded(t, want), &got); err != nil {
		t.Fatal(err)
	}
	endpoints := cmp.Comparer(func(a, b smtpparse.Endpoint) bool { return a == b })
	addresses := cmpopts.EquateComparable(netip.Addr{}, netip.AddrPort{})
	if diff := cmp.Diff(want, &got, endpoints, addresses); diff != "" {
		t.Errorf("(-written +read):\n%s", diff)
	}
}

func TestJSONEscapes(t *testing.T) {
	tests := []struct {
		name, in, want string
	}{
		{"plain", `CONTOSO svc`, `"CONTOSO svc"`},
		{"empty", ``, `""`},
		{"quote and backslash", `a"b\c`, `"a\"b\\c"`},
		{"line ends and tab", "a\r\n\tb", `"a\r\n\tb"`},
		{"ESC, NUL, DEL", "\x1b[0m\x00\x7f", `"\u001b[0m\u0000\u007f"`},
		{"C1 control as a rune", "\u009b", `"\u009b"`},
		{"C1 control as an octet", "\x9b", `"` + "\uFFFD" + `"`},
		{"bidi", "a\u202eb", `"a\u202eb"`},
		{"line separators", "\u2028\u2029", `"\u2028\u2029"`},
		{"zero width", "\u200b\ufeff", `"\u200b\ufeff"`},
		{"beyond the BMP", "\U000e0041", `"\udb40\udc41"`},
		{"letters stay", "é漢😀", `"é漢😀"`},
		{"hostile octets between letters", "é\xffé\xe6\xbc", `"é` + "\uFFFD" + `é` + "\uFFFD\uFFFD" + `"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := string(appendString(nil, tt.in)); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// A capture can hold any time; a record must not become unreadable by it.
func TestJSONTimes(t *testing.T) {
	tests := []struct {
		name string
		in   time.Time
		want string
	}{
		{"nanoseconds", time.Date(2026, 11, 2, 9, 0, 1, 123456789, time.UTC), `"2026-11-02T09:00:01.123456789Z"`},
		{"whole seconds", time.Date(2026, 11, 2, 9, 0, 1, 0, time.UTC), `"2026-11-02T09:00:01Z"`},
		{"another zone", time.Date(2026, 11, 2, 0, 30, 0, 0, time.FixedZone("", 3600)), `"2026-11-01T23:30:00Z"`},
		{"zero", time.Time{}, `"0001-01-01T00:00:00Z"`},
		{"after year 9999", time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), `"0001-01-01T00:00:00Z"`},
		{"before year 0", time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC), `"0001-01-01T00:00:00Z"`},
		{"the end of time", time.Unix(1<<62, 0), `"0001-01-01T00:00:00Z"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := appendTime(nil, tt.in)
			if string(got) != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if err := new(time.Time).UnmarshalJSON(got); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestJSONKeepsRecordsApartFromNilSessions(t *testing.T) {
	p := NewJSON(io.Discard)
	if err := printOne(p, &inspect.Session{}); !errors.Is(err, errNoSession) {
		t.Errorf("got %v", err)
	}
}

// A field tree as deep as a token can make it must not be a problem.
func TestJSONDeepTree(t *testing.T) {
	root := authtoken.Field{Name: "leaf"}
	for range 5000 {
		root = authtoken.Field{Name: "field", Fields: []authtoken.Field{root}}
	}
	s := &inspect.Session{Session: &smtpparse.Session{Auth: []*smtpparse.Auth{{Steps: []smtpparse.Step{{Tree: &root}}}}}}
	if got := strings.Count(string(encoded(t, s)), `"name":"field"`); got != 5000 {
		t.Errorf("%d fields, want 5000", got)
	}
}

// Text is looked at by the word: each octet counts, wherever it stands and however
// long the text is.
func TestJSONEscapesAnywhere(t *testing.T) {
	for length := range 40 {
		for at := range length {
			for c := range 256 {
				text := []byte(strings.Repeat("a", length))
				text[at] = byte(c)
				want := c >= ' ' && c < 0x7f && c != '"' && c != '\\'
				if got := staysAsIs(string(text)); got != want {
					t.Fatalf("octet %#x at %d of %d: %t, want %t", c, at, length, got, want)
				}
			}
		}
	}
}

func FuzzJSON(f *testing.F) {
	f.Add(uint64(1), "220 ex01 ready")
	f.Add(uint64(2), "\x1b]0;title\x07 \u202e \xff\xfe \u2028")
	f.Fuzz(func(t *testing.T, seed uint64, text string) {
		fill := sparse(seed, text)
		for _, record := range []any{filled[inspect.Session](fill), filled[inspect.Summary](fill)} {
			emptied(reflect.ValueOf(record))
			compare(t, record)
		}
	})
}
