package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"smtpscope/inspect"
	"smtpscope/inventory"
)

// A tablePrinter counts the sessions into an inventory, and prints it at the end.
type tablePrinter struct {
	sink
	accountant
	report inventory.Report
	format string
	page   page
	input  inspect.Capture // for the hint of an empty report
}

// NewTable gives a printer of an inventory in a format: "csv", "json", "markdown"
// or "text".
func NewTable(w io.Writer, r inventory.Report, format string, o TextOptions) Printer {
	return &tablePrinter{sink: sink{w: w}, accountant: newAccountant(), report: r, format: format, page: newPage(o)}
}

// An accountant is what printers of inventories have in common.
type accountant struct {
	inventory *inventory.Inventory
	decoder   inventory.Decoder
}

func newAccountant() accountant { return accountant{inventory: inventory.New(0)} }

func (c *accountant) count(id int64, facts []byte) (rest []byte) {
	f, rest := c.decoder.Facts(id, facts)
	c.inventory.Add(f)
	return rest
}

// warn says in the summary that not all was counted.
func (c *accountant) warn(s *inspect.Summary) {
	if n := c.inventory.Dropped; n > 0 {
		s.Warnings = append(s.Warnings, fmt.Sprintf("the inventory is not whole: it has %d rows and %d MiB of names at most, and %d times there was no room for one more row", inventory.DefaultKeys, inventory.TextKept>>20, n))
	}
}

func (p *tablePrinter) Begin(c *inspect.Capture) error {
	p.input = *c
	switch p.format {
	case "json":
		return p.add(append(appendCapture(p.b, c), '\n'))
	case "markdown":
		return p.add(append(p.b, "# SMTP in "+markdown(inputs(c.Inputs))+"\n"...))
	case "text":
		p.page.b = p.b
		p.page.banner(c)
		return p.add(p.page.b)
	}
	return nil
}

func (p *tablePrinter) Render(b []byte, s *inspect.Session) []byte {
	if s.Session == nil {
		return b
	}
	return inventory.AppendFacts(b, s)
}

func (p *tablePrinter) Write(id int64, rendered []byte) error {
	if len(rendered) == 0 {
		return errNoSession
	}
	p.count(id, rendered)
	return p.err
}

func (p *tablePrinter) End(s *inspect.Summary) error {
	if s != nil {
		p.warn(s)
	} else {
		s = &inspect.Summary{}
	}
	t := p.inventory.Table(p.report, s.Findings)
	switch p.format {
	case "csv":
		p.csvTable(t)
	case "json":
		p.jsonTable(t)
		p.b = append(appendSummary(p.b, s), '\n')
	case "markdown":
		p.markdownTable(t)
	default:
		p.textTable(t)
		p.page.b = p.b
		p.page.summary(s, &p.input)
		p.b = p.page.b
	}
	return p.flush()
}

func (p *tablePrinter) Flush() error { return p.flush() }

// jsonTable writes one object a row, such as {"type":"server"}.
func (p *tablePrinter) jsonTable(t *inventory.Table) {
	for row := range t.Rows {
		start := len(p.b)
		b := append(p.b, `,"type":"`+t.Kind+`"`...)
		for i, v := range row {
			b = append(append(append(b, ',', '"'), t.Columns[i].Name...), '"', ':')
			b = appendJSONValue(b, v)
		}
		if p.add(append(endObject(b, start), '\n')) != nil {
			return
		}
	}
}

func appendJSONValue(b []byte, v inventory.Value) []byte {
	switch v.Kind {
	case inventory.NumberValue:
		return appendInt(b, v.Number)
	case inventory.TruthValue:
		return strconv.AppendBool(b, v.Number != 0)
	case inventory.TimeValue:
		var c timekeeper
		return c.append(b, v.Time())
	case inventory.OfferValue:
		if v.List == nil {
			return append(b, "null"...)
		}
		return stringsMember(b, "", v.List)
	case inventory.ListValue:
		return stringsMember(b, "", v.List)
	}
	return appendString(b, v.Text)
}

// markdownTable writes a heading and a table; columns without any value are left
// out, because tickets are narrow.
func (p *tablePrinter) markdownTable(t *inventory.Table) {
	b := append(p.b, "\n## "+t.Title+"\n\n"+t.About+"\n\n"...)
	shown := shownColumns(t)
	if len(shown) == 0 {
		p.b = append(b, "There are none.\n"...)
		return
	}
	rule := "|"
	b = append(b, '|')
	for _, c := range shown {
		b = append(b, " "+t.Columns[c.at].Title+" |"...)
		rule += say(c.number, "---:|") + say(!c.number, "---|")
	}
	p.b = append(b, "\n"+rule+"\n"...)
	for row := range t.Rows {
		b := append(p.b, '|')
		for _, c := range shown {
			b = append(append(append(b, ' '), markdown(valueText(row[c.at]))...), " |"...)
		}
		if p.add(append(b, '\n')) != nil {
			return
		}
	}
}

// A shownColumn is one in which any row has a value.
type shownColumn struct {
	at     int
	number bool
}

func shownColumns(t *inventory.Table) (shown []shownColumn) {
	missing := len(t.Columns)
	seen := make([]bool, missing)
	for row := range t.Rows {
		for i, v := range row {
			if !seen[i] && valueText(v) != "" {
				seen[i] = true
				missing--
				shown = append(shown, shownColumn{i, v.Kind == inventory.NumberValue})
			}
		}
		if missing == 0 {
			break
		}
	}
	slices.SortFunc(shown, func(a, b shownColumn) int { return a.at - b.at })
	return shown
}

// valueText is a value for people.
func valueText(v inventory.Value) string {
	switch v.Kind {
	case inventory.NumberValue:
		return strconv.FormatInt(v.Number, 10)
	case inventory.TruthValue:
		if v.Number != 0 {
			return "yes"
		}
		return "no"
	case inventory.TimeValue:
		return stamp(v.Time())
	case inventory.ListValue, inventory.OfferValue:
		return listText(v, ", ")
	}
	return v.Text
}

// listText joins a list; an offer of nothing says so.
func listText(v inventory.Value, separator string) string {
	if v.Kind == inventory.OfferValue && v.List != nil && len(v.List) == 0 {
		return "nothing"
	}
	return strings.Join(v.List, separator)
}

// textTable prints an inventory: of each row the first values as a heading, the
// others below it, because a terminal is narrower than most tables.
func (p *tablePrinter) textTable(t *inventory.Table) {
	sheet := &p.page
	sheet.b = p.b
	sheet.styled(bold, t.Title)
	sheet.end()
	sheet.wrap(0, t.About)
	none := true
	for row := range t.Rows {
		none = false
		sheet.tableRow(t, row)
		if p.add(sheet.b) != nil {
			return
		}
		sheet.b = p.b
	}
	if none {
		sheet.wrap(0, "There are none.")
	}
	sheet.blank()
	p.b = sheet.b
}

func (p *page) tableRow(t *inventory.Table, row []inventory.Value) {
	p.blank()
	p.to(labelColumn)
	p.wrapStyled(bold, labelColumn, join("  ", valueText(row[0]), valueText(row[1])))
	for i := 2; i < len(row); i++ {
		if value := valueText(row[i]); value != "" {
			p.to(labelColumn + treeIndent)
			p.styled(dim, t.Columns[i].Title)
			p.to(tableColumn)
			p.wrap(tableColumn, p.clip(value, factLimit))
		}
	}
}

// tableColumn is where the values of an inventory begin.
const tableColumn = 22
