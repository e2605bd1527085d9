package report

import "smtpscope/printable"

// Printable gives s fit to be shown on one line of a terminal or of a report:
// see [printable.Text].
func Printable(s string) string {
	if staysAsIs(s) { // most does, and that is found by the word
		return s
	}
	return printable.Text(s)
}

func hidden(r rune) bool { return printable.Hidden(r) }
