package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"smtpscope/bpfexpr"
)

// setCaptureFilter understands the capture filter: that of -f, or the words
// behind the flags, as tcpdump has it.
func (c *config) setCaptureFilter(words []string) error {
	text := c.packetFilter
	if len(words) > 0 {
		if text != "" {
			return fmt.Errorf("-f and %q: one capture filter, please", strings.Join(words, " "))
		}
		for _, word := range words {
			if strings.HasPrefix(word, "-") {
				return &hintError{fmt.Errorf("%s behind the capture filter %q", word, words[0]), "flags come first: smtpscope -r FILE [flags] port 25 and host 10.0.0.1"}
			}
		}
		text = strings.Join(words, " ")
	}
	if text == "" {
		return nil
	}
	expr, err := bpfexpr.Parse(text)
	var wrong *bpfexpr.Error
	if errors.As(err, &wrong) {
		if len(words) > 0 && len(c.inputs) > 0 && exists(words[0]) { // -r *.pcap
			return &hintError{fmt.Errorf("%s stands where the capture filter does", words[0]), "each capture has its own -r: smtpscope -r " + c.inputs[0] + " -r " + words[0]}
		}
		return &hintError{fmt.Errorf("capture filter: %s, here: %s", wrong.Text, pointedAt(text, wrong.Offset, wrong.Length)),
			"the part of tcpdump's language that is understood is in the README"}
	}
	c.packetFilter, c.rules.Expr = text, expr
	return err
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
