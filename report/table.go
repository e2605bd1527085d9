package report

import (
	"fmt"
	"io"
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
}

// NewTable gives a printer of an inventory in a format: "csv", "json", "markdown"
// or "text".
func NewTable(w io.Writer, r inventory.Report, format string, o TextOptions) Printer {
	return &tablePrinter{sink: sink{w: w}, accountant: newAccountant(), report: r, format: format, page: newPage(o)}
}

// A accountant is what printers of inventories have in common.
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
		s.Warnings = append(s.Warnings, fmt.Sprintf("the inventory is not whole: it has %d rows at most, and %d times there was no room for one more", inventory.DefaultKeys, n))
	}
}

func (p *tablePrinter) Begin(c *inspect.Capture) error {
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
		p.b = appendCSVTable(p.b, t)
	case "json":
		p.b = append(appendSummary(appendJSONTable(p.b, t), s), '\n')
	case "markdown":
		p.b = appendMarkdownTable(p.b, t)
	default:
		p.page.b = p.b
		p.page.table(t)
		p.page.summary(s, &inspect.Capture{})
		p.b = p.page.b
	}
	return p.flush()
}

func (p *tablePrinter) Flush() error { return p.flush() }

// appendJSONTable appends one object a row, such as {"type":"server"}.
func appendJSONTable(b []byte, t *inventory.Table) []byte {
	for _, row := range t.Rows {
		start := len(b)
		b = append(b, `,"type":"`+t.Kind+`"`...)
		for i, v := range row {
			b = appendJSONValue(append(b, `,"`+t.Columns[i].Name+`":`...), v)
		}
		b = append(endObject(b, start), '\n')
	}
	return b
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

// appendMarkdownTable appends a heading and a table; columns without any value are
// left out, because tickets are narrow.
func appendMarkdownTable(b []byte, t *inventory.Table) []byte {
	b = append(b, "\n## "+t.Title+"\n\n"+t.About+"\n\n"...)
	if len(t.Rows) == 0 {
		return append(b, "There are none.\n"...)
	}
	shown := shownColumns(t)
	rule := "|"
	b = append(b, '|')
	for _, i := range shown {
		b = append(b, " "+t.Columns[i].Title+" |"...)
		if t.Rows[0][i].Kind == inventory.NumberValue {
			rule += "---:|"
		} else {
			rule += "---|"
		}
	}
	b = append(b, "\n"+rule+"\n"...)
	for _, row := range t.Rows {
		b = append(b, '|')
		for _, i := range shown {
			b = append(b, " "+markdown(valueText(row[i]))+" |"...)
		}
		b = append(b, '\n')
	}
	return b
}

// shownColumns are the columns in which any row has a value.
func shownColumns(t *inventory.Table) (shown []int) {
	for i := range t.Columns {
		for _, row := range t.Rows {
			if valueText(row[i]) != "" {
				shown = append(shown, i)
				break
			}
		}
	}
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

// table prints an inventory: of each row the first values as a heading, the others
// below it, because a terminal is narrower than most tables.
func (p *page) table(t *inventory.Table) {
	p.styled(bold, t.Title)
	p.end()
	p.wrap(0, t.About)
	if len(t.Rows) == 0 {
		p.wrap(0, "There are none.")
	}
	for _, row := range t.Rows {
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
	p.blank()
}

// tableColumn is where the values of an inventory begin.
const tableColumn = 22
