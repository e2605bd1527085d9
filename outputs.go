package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"syscall"

	"smtpscope/capture"
	"smtpscope/report"
	"smtpscope/tlskeys"
	"smtpscope/tui"
)

// outputs are what is written to while packets are read, and after. They are open
// before rights are given up.
type outputs struct {
	report io.Writer // standard output, or log
	log    *logFile  // nil without --log
	save   *os.File  // nil without -w, or when packets are saved as they come
	// recording saves packets as they come; else nil.
	recording *capture.Recording
	// metrics is where they are asked for; nil without --metrics.
	metrics net.Listener
}

// openOutputs opens them.
func (c *config) openOutputs(stdout, stderr io.Writer) (*outputs, error) {
	out := &outputs{report: stdout}
	var err error
	if c.save == standardOutput {
		if c.packets, err = packetsTo(stdout); err != nil {
			return nil, err
		}
		out.report = io.Discard
	}
	if c.log != "" {
		if out.log, err = c.openLog(stderr); err != nil {
			return nil, err
		}
		out.report = out.log
	}
	if out.metrics, err = c.listenForMetrics(); err != nil {
		return nil, err
	}
	if c.save != "" && !c.records() {
		// What is in it goes when there is something to put there.
		if out.save, err = c.openPackets(os.O_WRONLY | os.O_CREATE); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// reopen is what SIGHUP asks for; nil if that is nothing.
func (o *outputs) reopen() func() {
	if o.log == nil {
		return nil
	}
	return o.log.reopen
}

// printer prints to the report's place.
func (o *outputs) printer(c *config) report.Printer {
	if o.log != nil {
		return recordwise{newPrinter(o.log, c.format, c.report, c.textOptions(o.log))}
	}
	return newPrinter(o.report, c.format, c.report, c.textOptions(o.report))
}

// savePackets writes the packets of connections into the file of -w, and the secrets
// of those client randoms.
func (o *outputs) savePackets(c *config, connections []capture.Connection, randoms []tlskeys.Random) error {
	if err := o.save.Truncate(0); err != nil && !errors.Is(err, syscall.EINVAL) { // a device has no size
		return err
	}
	source, _, err := c.reopen(connections)
	if err != nil {
		return errors.Join(err, o.save.Close())
	}
	defer source.Close()
	_, err = c.copyPackets(o.save, source, connections, randoms)
	return errors.Join(err, o.save.Close())
}

// standardOutput is the name that tcpdump has for it in -w.
const standardOutput = "-"

// packetsTo is standard output as a file for packets, which no terminal can show.
func packetsTo(stdout io.Writer) (*os.File, error) {
	f, ok := stdout.(*os.File)
	if !ok || isTerminal(f) {
		return nil, &hintError{errors.New("-w -: packets do not go to a terminal"), "smtpscope -r trace.pcap -w - | wireshark -k -i -"}
	}
	return f, nil
}

// openPackets opens what -w names.
func (c *config) openPackets(flags int) (*os.File, error) {
	if c.packets != nil {
		return c.packets, nil
	}
	return c.openFile(c.save, flags)
}

// isRead refuses a file that writing would destroy: packets or keys that are read.
func (c *config) isRead(name string) error {
	read := slices.Concat(c.inputs, c.keylogs, c.tlsKeys, []string{c.keytab, os.Getenv(keylogVariable)})
	if slices.ContainsFunc(read, func(input string) bool { return sameFile(input, name) }) {
		return fmt.Errorf("%s is being read", name)
	}
	return nil
}

// sameFile tells that two names are of one file that has a content to lose.
func sameFile(name, other string) bool {
	a, errA := os.Stat(name)
	b, errB := os.Stat(other)
	return errA == nil && errB == nil && a.Mode().IsRegular() && os.SameFile(a, b)
}

// openFile opens a file to be written. It refuses one that is an input or the log.
func (c *config) openFile(name string, flags int) (*os.File, error) {
	if err := c.isRead(name); err != nil {
		return nil, err
	}
	if sameFile(c.log, name) {
		return nil, fmt.Errorf("%s is what --log writes", name)
	}
	_, err := os.Lstat(name)
	made := errors.Is(err, os.ErrNotExist)
	f, err := os.OpenFile(name, flags, 0o600) // it may hold what others should not read
	switch {
	case errors.Is(err, os.ErrExist):
		return nil, fmt.Errorf("%s: %w", name, tui.ErrExists)
	case err != nil:
		return nil, c.denied(err)
	}
	if made && !c.rights.given {
		if err := c.rights.hand(f); err != nil {
			f.Close()
			return nil, err
		}
	}
	return f, nil
}
