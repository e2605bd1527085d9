// Trafficgen writes captures of any size for measuring and for tests: recorded
// SMTP sessions, replayed with new addresses, ports, sequence numbers and times,
// among other traffic. The same flags and seed give the same octets.
//
//	go run ./trafficgen -kind mixed -size 1G -o mixed.pcap
//	go run ./trafficgen -kind tiny -sessions 1000000 -o tiny.pcap
//	go run ./trafficgen -kind flood -flood 10000000 -format pcapng -o flood.pcapng
//
// The kinds:
//
//	mixed     30 % SMTP, many small sessions, among web, file, desktop and name
//	          service traffic; a little loss and disorder
//	bulk      eight sessions at a time, each with a mail of 20 MB: the dialogue is
//	          recorded, the body stretched; one in four by BDAT, in chunks of 1 MiB
//	tiny      the shortest recorded sessions without TLS, 300 at a time, hardly
//	          anything else
//	disorder  mixed under heavy loss, reordering and duplication, with
//	          retransmissions that are cut otherwise than the first time, and
//	          sequence numbers that wrap in the middle of each session
//	flood     nine packets in ten are SYNs to port 25, each from another forged
//	          address; the server answers some; real sessions among them
//
// A capture has -size octets, and is then cut as a capture is that somebody
// stopped; or it ends when -sessions sessions have come to their end, or when
// -flood connections have been left half open and the sessions beside them have
// ended. What a kind is made of can be changed by the flags after it: -loss 0
// for sessions that are whole, for example; -kdc 0.02 lets the clients of sessions
// talk to a KDC before.
//
// What was written is said on standard error.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	c, err := parseFlags(os.Args[1:], os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return
	case err == nil:
		err = c.write()
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "trafficgen: %v\n", err)
		os.Exit(2)
	}
}

// write writes the capture that the command line asks for.
func (c *config) write() error {
	templates, err := readTemplates(c.from)
	if err != nil {
		return err
	}
	if c.out == "-" {
		return c.generate(os.Stdout, templates)
	}
	file, err := os.Create(c.out)
	if err != nil {
		return err
	}
	if err := c.generate(file, templates); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}

func (c *config) generate(to io.Writer, templates []template) error {
	t, err := newTraffic(newWire(to, c.format, c.seed, c.mix.faults), c.mix, templates)
	if err != nil {
		return err
	}
	if c.mix.kdc > 0 {
		if t.exchanges, err = readExchanges(c.from); err != nil {
			return err
		}
	}
	done, err := t.run(c.end)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "trafficgen: %s: %s\n", c.out, done)
	return nil
}
