package capture

import (
	"errors"

	"smtpscope/bpfexpr"
)

// maxFilterErrors bounds SelectionStats.FilterErrors.
const maxFilterErrors = 8

// A chooser holds packets against an expression. For each link type that it
// meets the expression is compiled once.
type chooser struct {
	expr *bpfexpr.Expr
	// link is the one met last, program what the expression is for it.
	link     LinkType
	program  bpfexpr.Program
	programs map[LinkType]bpfexpr.Program
	// wrong words why there is no program for a link type.
	wrong []string
}

func newChooser(expr *bpfexpr.Expr) *chooser {
	if expr == nil {
		return nil
	}
	return &chooser{expr: expr, programs: make(map[LinkType]bpfexpr.Program)}
}

// chooses tells whether the expression holds for a packet. It does not where it
// makes no sense.
func (c *chooser) chooses(link LinkType, packet []byte) bool {
	if link != c.link || c.program == nil {
		c.turn(link)
	}
	return c.program.Match(packet)
}

// turn makes the link type the one met last.
func (c *chooser) turn(link LinkType) {
	program, known := c.programs[link]
	if !known && len(c.programs) < maxUnknownLinks {
		var err error
		program, err = c.expr.Compile(bpfexpr.Link(link))
		var wrong *bpfexpr.LinkError
		if errors.As(err, &wrong) && len(c.wrong) < maxFilterErrors {
			c.wrong = append(c.wrong, "link type "+link.String()+" "+wrong.Text)
		}
		c.programs[link] = program
	}
	c.link, c.program = link, program
}
