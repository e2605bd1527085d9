package authtoken

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestCaptured decodes the recorded logins and compares every field of every
// token, and the summaries, with testdata/captured.golden.
func TestCaptured(t *testing.T) {
	var out strings.Builder
	for _, d := range captured(t) {
		x := NewExchange(d.mechanism, Options{})
		fmt.Fprintf(&out, "# %s, %s\n", d.capture, d.mechanism)
		for _, s := range d.steps {
			token := x.Add(s.from, s.token)
			checkToken(t, token, s.token)
			fmt.Fprintf(&out, "frame %s, %s, %d octets\n", s.frame, sideName(s.from), token.Bytes)
			writeTree(&out, token.Tree, "  ")
			if token.Damage != nil {
				fmt.Fprintf(&out, "  damage: %v\n", token.Damage)
			}
		}
		fmt.Fprintf(&out, "actual: %s\n%s\n\n", x.Actual(), summaries(t, x))
	}
	const golden = "testdata/captured.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Errorf("decoding changed (-want +got):\n%s", diff)
	}
}

func sideName(side Side) string {
	if side == Server {
		return "server"
	}
	return "client"
}

func writeTree(out *strings.Builder, f Field, indent string) {
	fmt.Fprintf(out, "%s%s [%d+%d]", indent, f.Name, f.Offset, f.Length)
	if f.Value != "" {
		fmt.Fprintf(out, ": %s", f.Value)
	}
	out.WriteByte('\n')
	for _, part := range f.Fields {
		writeTree(out, part, indent+"  ")
	}
}

// summaries is the JSON of all summaries that the exchange has.
func summaries(t testing.TB, x *Exchange) string {
	t.Helper()
	text, err := json.MarshalIndent(struct {
		SPNEGO   *SPNEGO    `json:"spnego,omitempty"`
		NTLM     *NTLM      `json:"ntlm,omitempty"`
		Kerberos *Kerberos  `json:"kerberos,omitempty"`
		Layer    *SASLLayer `json:"sasl_layer,omitempty"`
		SASL     *SASL      `json:"sasl,omitempty"`
	}{x.SPNEGO, x.NTLM, x.Kerberos, x.Layer, x.SASL}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
