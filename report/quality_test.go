package report

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"

	"smtpscope/smtpparse"
)

// Every kind of anomaly has words: a new one must get them.
func TestAnomalyWordsAreComplete(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../smtpparse/anomaly.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		for _, value := range spec.Values {
			kind, err := strconv.Unquote(value.(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			found++
			if anomalyWords[smtpparse.AnomalyKind(kind)] == "" {
				t.Errorf("no words for the anomaly %q", kind)
			}
		}
		return true
	})
	if found != len(anomalyWords) {
		t.Errorf("%d kinds are declared and %d have words", found, len(anomalyWords))
	}
}

func TestAnomaliesAreCounted(t *testing.T) {
	p := newPage(TextOptions{})
	p.anomalies([]smtpparse.Anomaly{
		{Kind: smtpparse.BareLF, Frame: 7},
		{Kind: smtpparse.LongLine, Frame: 8, Text: "70,000 octets"},
		{Kind: smtpparse.BareLF, Frame: 12},
		{Kind: smtpparse.LongLine, Frame: 13, Text: "90,000 octets"},
		{Kind: "a-new-kind", Frame: 100},
	})
	want := "" +
		"  Anomalies frame   7  bare-lf: a line ended by LF alone (2 times)\n" +
		"            frame   8  long-line: a line longer than the limit; 70,000 octets\n" +
		"            frame  13  long-line: a line longer than the limit; 90,000 octets\n" +
		"            frame 100  a-new-kind\n"
	if got := string(p.b); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
