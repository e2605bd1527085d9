package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"text/tabwriter"
	"time"

	"smtpscope/capture"
	"smtpscope/report"
)

// peekTime is how long is listened where SMTP is heard.
const peekTime = time.Second

// listInterfaces is -D: each interface with its state and addresses, and where
// there were packets on the ports while it listened.
func (c *config) listInterfaces(stdout, stderr io.Writer) int {
	interfaces, err := net.Interfaces()
	if err != nil {
		return fail(stderr, fmt.Errorf("interfaces: %w", err))
	}
	heard := c.peek()
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, i := range interfaces {
		note := ""
		if n := heard[i.Name]; n > 0 {
			note = fmt.Sprintf("SMTP: %d packets within a second", n)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", report.Printable(i.Name), interfaceState(i.Flags), addressesOf(i), note)
	}
	fmt.Fprintf(table, "%s\tall of them, those that appear later too\t\t\n", capture.AnyInterface)
	_ = table.Flush()
	for line := range strings.Lines(text.String()) {
		if _, err := fmt.Fprintln(stdout, strings.TrimRight(line, " \n")); err != nil {
			return fail(stderr, outputError(err))
		}
	}
	return exitFine
}

// interfaceState words whether packets can come.
func interfaceState(flags net.Flags) string {
	state := "down"
	switch {
	case flags&net.FlagUp != 0 && flags&net.FlagRunning != 0:
		state = "up, running"
	case flags&net.FlagUp != 0:
		state = "up, no carrier"
	}
	if flags&net.FlagLoopback != 0 {
		state += ", loopback"
	}
	return state
}

func addressesOf(i net.Interface) string {
	addresses, err := i.Addrs()
	if err != nil || len(addresses) == 0 {
		return "-"
	}
	var list []string
	for _, a := range addresses {
		list = append(list, a.String())
	}
	return strings.Join(list, " ")
}

// peek counts packets on the ports, by interface, for a moment. Where that is
// not allowed or not possible, nothing is heard.
func (c *config) peek() map[string]int64 {
	heard := make(map[string]int64)
	source, err := capture.OpenLive([]string{capture.AnyInterface}, c.liveOptions())
	if err != nil {
		return heard
	}
	timer := time.AfterFunc(peekTime, func() { source.Close() })
	defer timer.Stop()
	for {
		batch, err := source.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return heard
		}
		batch.Release()
	}
	for _, live := range source.Stats().Live {
		for _, i := range live.Interfaces {
			heard[i.Name] += i.Kept
		}
	}
	return heard
}
