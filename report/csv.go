package report

import (
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"smtpscope/inspect"
	"smtpscope/inventory"
)

// CSV as RFC 4180 has it: a header, lines that end in CRLF, quotes where they are
// needed. A value that a spreadsheet would run as a formula has an apostrophe
// before it: what is in a capture was written by strangers. So has what stands
// behind a semicolon, where spreadsheets of many countries begin a cell.

type csvPrinter struct{ sink }

// NewCSV gives a printer of one row a session.
func NewCSV(w io.Writer) Printer { return &csvPrinter{sink{w: w}} }

func (p *csvPrinter) Begin(*inspect.Capture) error {
	return p.add(append(p.b, "id,"+strings.Join(sessionColumns, ",")+"\r\n"...))
}

func (p *csvPrinter) Render(b []byte, s *inspect.Session) []byte {
	if s.Session == nil {
		return b
	}
	var room [48]inventory.Value
	for _, v := range appendSessionRow(room[:0], s) {
		b = appendCSV(append(b, ','), v)
	}
	return append(b, "\r\n"...)
}

func (p *csvPrinter) Write(id int64, rendered []byte) error {
	if len(rendered) == 0 {
		return errNoSession
	}
	return p.add(append(strconv.AppendInt(p.b, id, 10), rendered...))
}

func (p *csvPrinter) End(*inspect.Summary) error { return p.flush() }

func (p *csvPrinter) Flush() error { return p.flush() }

// csvTable writes a whole inventory.
func (p *tablePrinter) csvTable(t *inventory.Table) {
	for i, c := range t.Columns {
		p.b = append(append(p.b, say(i > 0, ",")...), c.Name...)
	}
	p.b = append(p.b, "\r\n"...)
	for row := range t.Rows {
		b := p.b
		for i, v := range row {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendCSV(b, v)
		}
		if p.add(append(b, "\r\n"...)) != nil {
			return
		}
	}
}

func appendCSV(b []byte, v inventory.Value) []byte {
	switch v.Kind {
	case inventory.NumberValue:
		return strconv.AppendInt(b, v.Number, 10)
	case inventory.TruthValue:
		return strconv.AppendBool(b, v.Number != 0)
	case inventory.TimeValue:
		if v.Number == 0 {
			return b
		}
		return v.Time().AppendFormat(b, time.RFC3339Nano)
	case inventory.ListValue, inventory.OfferValue:
		return appendCSVText(b, listText(v, "; "))
	}
	return appendCSVText(b, v.Text)
}

func appendCSVText(b []byte, s string) []byte {
	s = Printable(s)
	formula := isFormula(s)
	if !formula && !strings.ContainsAny(s, ",;\"") {
		return append(b, s...)
	}
	b = append(b, '"')
	if formula {
		b = append(b, '\'')
	}
	for i := range len(s) {
		if s[i] == '"' {
			b = append(b, '"')
		}
		b = append(b, s[i])
		if s[i] == ';' && isFormula(s[i+1:]) {
			b = append(b, '\'')
		}
	}
	return append(b, '"')
}

// isFormula tells that a spreadsheet may take a cell for a formula: by its first
// sign behind white space and apostrophes, in ASCII or in full width. Tabs and line
// ends are not in printable text.
func isFormula(s string) bool {
	s = strings.TrimLeft(s, " '\u00a0\u3000")
	r, _ := utf8.DecodeRuneInString(s)
	switch r {
	case '=', '+', '-', '@', '|', '%', '＝', '＋', '－', '＠':
		return true
	}
	return false
}
