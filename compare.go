package main

import (
	"errors"
	"flag"
	"fmt"
	"io"

	"smtpscope/capture"
	"smtpscope/comparison"
	"smtpscope/inspect"
	"smtpscope/inventory"
	"smtpscope/report"
)

// compareUsage is what smtpscope compare --help prints.
const compareUsage = `Usage: smtpscope compare [options] BEFORE AFTER

Says what changed between two captures, for each client and server that are in
both: how logins ended, why not by Kerberos, what was found, what servers offer.
Did the SPN help? Who has another address or port now is known by its name.

  smtpscope compare monday.pcap tuesday.pcap
  smtpscope compare monday.pcap tuesday.pcap --filter 'server:10.1.2.9'

  --format FORMAT     text, json or markdown (default text)

The other options are those of smtpscope --help and hold for both captures.

Exit: 0 nothing is worse; 1 something is worse: fewer logins by Kerberos, more
refused ones, or new findings of high or medium severity; 2 usage, or input that
cannot be read; 3 no client and server are in both captures.
`

// runCompare is smtpscope compare.
func runCompare(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := newConfig()
	fs := flag.NewFlagSet("compare", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	c.define(fs)
	words, err := parseAnywhere(fs, args)
	if err != nil {
		complain(stderr, explain(err, "smtpscope compare --help and smtpscope --help list the flags"))
		return exitUsage
	}
	if c.help {
		return say(stdout, stderr, compareUsage)
	}
	compared, err := c.compare(words, stdin, stderr)
	if err == nil {
		err = c.writeCompared(stdout, compared)
	}
	if err != nil {
		complain(stderr, withRemedy(err))
		return exitUsage
	}
	switch {
	case !compared.Comparable():
		return exitInconclusive
	case compared.Trend == comparison.Worse:
		return exitBreached
	}
	return exitFine
}

// compare reads both captures, one after the other.
func (c *config) compare(words []string, stdin io.Reader, stderr io.Writer) (*comparison.Result, error) {
	switch {
	case len(c.inputs) > 0 || len(words) != 2:
		return nil, &hintError{errors.New("two captures are compared"), "smtpscope compare before.pcap after.pcap"}
	case c.live.wanted():
		return nil, errors.New("-i: captures are compared, no interfaces")
	case len(c.require) > 0 || c.save != "" || c.report != "" || c.log != "" || c.metrics.address != "" || c.duration > 0:
		return nil, errors.New("--require, --report, --log, --metrics, --duration and -w are for one capture")
	case c.format != "" && c.format != "text" && c.format != "json" && c.format != "markdown":
		return nil, fmt.Errorf("--format %s: compare has text, json and markdown", c.format)
	}
	c.inputs = words
	if err := c.validate(nil); err != nil {
		return nil, err
	}
	defer c.closeKeys()
	if err := c.openKeys(stdin, stderr); err != nil {
		return nil, err
	}
	if err := c.openKeytab(); err != nil {
		return nil, err
	}
	var sources [2]capture.Source
	for i, name := range words {
		source, err := capture.OpenFiles([]string{name}, capture.Options{Rules: c.rules, Stdin: stdin, MaxPackets: c.maxPackets})
		if err != nil {
			return nil, err
		}
		defer source.Close()
		sources[i] = source
	}
	if err := c.rights.validate(); err != nil {
		return nil, err
	}
	if err := c.giveUp(false, stderr); err != nil {
		return nil, err
	}
	var sides [2]*comparison.Side
	for i, source := range sources {
		side, err := c.readSide(words[i], source, stderr)
		if err != nil {
			return nil, err
		}
		sides[i] = side
	}
	return comparison.Compare(sides[0], sides[1]), nil
}

// readSide counts one capture.
func (c *config) readSide(name string, source capture.Source, stderr io.Writer) (*comparison.Side, error) {
	side := comparison.NewSide(name)
	summary, err := inspect.New(source, c.inspectOptions()).Run(c.sink(&sideViewer{side}))
	if err != nil {
		return nil, err
	}
	for _, warning := range summary.Warnings {
		fmt.Fprintf(stderr, "smtpscope: %s: %s\n", report.Printable(name), report.Printable(warning))
	}
	return side, nil
}

func (c *config) writeCompared(w io.Writer, compared *comparison.Result) error {
	switch c.format {
	case "json":
		return report.WriteComparedJSON(w, compared)
	case "markdown":
		return report.WriteComparedMarkdown(w, compared)
	}
	return report.WriteCompared(w, compared, c.textOptions(w))
}

// A sideViewer counts sessions for a comparison.
type sideViewer struct{ side *comparison.Side }

// Render implements viewer.
func (v *sideViewer) Render(b []byte, s *inspect.Session) []byte { return inventory.AppendFacts(b, s) }

// Write implements viewer.
func (v *sideViewer) Write(id int64, rendered []byte) error {
	v.side.Add(id, rendered)
	return nil
}

// Flush implements viewer.
func (v *sideViewer) Flush() error { return nil }
