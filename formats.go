package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"smtpscope/inventory"
	"smtpscope/report"
)

// formats are those of --format. jsonl is another name of json.
var formats = []string{"tui", "text", "json", "jsonl", "csv", "markdown", "html", "zeek"}

// validateFormat checks --format and --report against each other.
func (c *config) validateFormat() error {
	if c.format != "" && !slices.Contains(formats, c.format) {
		return fmt.Errorf("--format %s: there are %s", c.format, strings.Join(formats, ", "))
	}
	if c.report == "" {
		return nil
	}
	if !slices.Contains(inventory.Reports, c.report) {
		return fmt.Errorf("--report %s: there are %s", c.report, strings.Join(reportNames(), ", "))
	}
	if c.report != inventory.Sessions && (c.format == "zeek" || c.format == "tui") {
		return fmt.Errorf("--format %s has sessions only: --report %s goes with text, json, csv, markdown and html", c.format, c.report)
	}
	return nil
}

// reportNames are the words of --report.
func reportNames() []string {
	names := make([]string, len(inventory.Reports))
	for i, r := range inventory.Reports {
		names[i] = string(r)
	}
	return names
}

// newPrinter gives the printer of a report in a format.
func newPrinter(w io.Writer, format string, r inventory.Report, o report.TextOptions) report.Printer {
	if format == "jsonl" {
		format = "json"
	}
	counted := r != "" && r != inventory.Sessions
	switch {
	case format == "html":
		return report.NewHTML(w, r)
	case format == "zeek":
		return report.NewZeek(w, time.Now)
	case counted:
		return report.NewTable(w, r, format, o)
	}
	switch format {
	case "json":
		return report.NewJSON(w)
	case "csv":
		return report.NewCSV(w)
	case "markdown":
		return report.NewMarkdown(w)
	}
	return report.NewText(w, o)
}
