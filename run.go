package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"smtpscope/capture"
	"smtpscope/inspect"
	"smtpscope/report"
)

// run is the program: it returns the exit code and calls nobody's os.Exit.
// Results go to stdout, everything else to stderr.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		if command, known := commands[args[0]]; known {
			return command(args[1:], stdin, stdout, stderr)
		}
	}
	c, err := parseFlags(args)
	switch {
	case err != nil:
		return fail(stderr, err)
	case c.help:
		return say(stdout, stderr, usage)
	case c.version:
		return say(stdout, stderr, c.versionText())
	case c.live.list:
		return c.listInterfaces(stdout, stderr)
	}
	code, err := c.execute(stdin, stdout, stderr)
	if err != nil {
		return fail(stderr, withRemedy(err))
	}
	return code
}

// execute opens all that is read and written, gives up the right to open more, and
// inspects. It returns the exit code; its error is of the opening.
func (c *config) execute(stdin io.Reader, stdout, stderr io.Writer) (int, error) {
	stop, err := c.profile()
	if err != nil {
		return 0, err
	}
	defer stop()
	defer c.closeKeys()
	if err := c.openKeys(stdin, stderr); err != nil {
		return 0, err
	}
	if err := c.openKeytab(); err != nil {
		return 0, err
	}
	screens := c.wantsScreens(stdin, stdout)
	if !screens {
		c.notices.to = stderr
	}
	source, err := c.open(stdin)
	if err != nil {
		return 0, err
	}
	defer source.Close()
	defer closeAfter(source, c.duration)()
	out, err := c.openOutputs(stdout, stderr)
	if err != nil {
		return 0, err
	}
	source = c.keep(source, screens)
	if c.records() {
		if out.recording, err = c.record(source, screens); err != nil {
			return 0, err
		}
		source = out.recording
	}
	c.signals.piped = c.packets != nil && c.log == ""
	// Not before: a pipe is waited for while it is opened, and a signal has to end that.
	c.signals.catch(c.log != "", stderr)
	defer c.signals.release()
	if err := c.giveUp(screens, stderr); err != nil {
		return 0, err
	}
	if screens {
		return c.screens(source, out, stdout, stderr), nil
	}
	return c.inspect(source, out, stderr), nil
}

// open opens what is to be read: interfaces or captures.
func (c *config) open(stdin io.Reader) (capture.Source, error) {
	if c.live.wanted() {
		return c.listen()
	}
	defer c.signals.opening()()
	return capture.OpenFiles(c.inputs, capture.Options{Rules: c.rules, Stdin: stdin, MaxPackets: c.maxPackets})
}

// afterFunc is replaced by tests, for which a time has passed when they say so.
var afterFunc = time.AfterFunc

// closeAfter ends the source after a time, 0 for never. The function returned
// takes that back.
func closeAfter(source capture.Source, d time.Duration) func() {
	if d <= 0 {
		return func() {}
	}
	t := afterFunc(d, func() { source.Close() })
	return func() { t.Stop() }
}

// say prints a text and nothing else.
func say(stdout, stderr io.Writer, text string) int {
	if _, err := io.WriteString(stdout, text); err != nil {
		return fail(stderr, outputError(err))
	}
	return exitFine
}

// inspect reads the source to its end, or to an interrupt, and prints.
func (c *config) inspect(source capture.Source, out *outputs, stderr io.Writer) int {
	options := c.inspectOptions()
	options.Dismissed = c.dismisser(out.recording)
	inspector := inspect.New(source, options)
	printer := out.printer(c)
	sink := c.sink(printer)
	sink.recording = out.recording

	c.signals.act(func() { source.Close() }, out.reopen())
	if c.live.wanted() { // who started us in the background waits for this
		fmt.Fprintf(stderr, "smtpscope: listening on %s\n", report.Printable(strings.Join(c.live.interfaces, ", ")))
	}
	began := time.Now()
	progress := c.startProgress(source, inspector, out.report, stderr)
	var endMetrics func()
	sink.meter, endMetrics = c.serveMetrics(out.metrics, source, inspector, out.log)
	defer endMetrics()
	err := printer.Begin(c.captureRecord(source))
	if err == nil {
		err = printer.Flush() // what is slow to come has its heading at once
	}
	var summary *inspect.Summary
	if err == nil {
		summary, err = inspector.Run(sink)
		sink.summarize(summary)
		c.listened(summary, began)
		if endErr := printer.End(summary); err == nil {
			err = endErr
		}
	}
	progress.stop()
	if out.log != nil {
		err = errors.Join(err, out.log.close())
	}
	return c.conclude(sink, summary, out, outputError(err), stderr)
}

// listened notes for how long interfaces were listened on.
func (c *config) listened(summary *inspect.Summary, began time.Time) {
	if summary != nil && c.live.wanted() {
		summary.ListenedMS = time.Since(began).Milliseconds()
	}
}

// sink hands sessions to a viewer, as the flags say.
func (c *config) sink(to viewer) *sink {
	return &sink{viewer: to, filter: c.filter, requirement: requirement{allowed: c.require, tls: c.requireTLS, except: c.except}, keep: c.save != "" && !c.records(), keylogOf: c.keylogOf}
}

// conclude says on stderr what went wrong, saves packets if that is wanted, and
// finds the exit code. Whatever has ended the reading, the file of packets that were
// saved as they came is ended, too.
func (c *config) conclude(sink *sink, summary *inspect.Summary, out *outputs, err error, stderr io.Writer) int {
	if summary != nil {
		for _, warning := range summary.Warnings {
			fmt.Fprintf(stderr, "smtpscope: %s\n", report.Printable(warning))
		}
		c.stillClosed(summary.States["encrypted"], stderr)
	}
	saved := out.recording == nil || c.finishRecording(out.recording, stderr)
	if err != nil {
		complain(stderr, withRemedy(err))
		var internal *inspect.InternalError
		if errors.As(err, &internal) {
			fmt.Fprintf(stderr, "smtpscope: hint: please report this, with the lines that follow\n%s", internal.Stack)
		}
		return exitUsage
	}
	if !saved {
		return exitUsage
	}
	if out.save != nil {
		if err := out.savePackets(c, sink.connections, sink.randoms); err != nil {
			return fail(stderr, withRemedy(err))
		}
	}
	code, word := sink.requirement.outcome()
	if word != "" {
		fmt.Fprintf(stderr, "smtpscope: %s\n", word)
	}
	for _, offender := range sink.requirement.list() {
		fmt.Fprintf(stderr, "smtpscope: %s\n", offender)
	}
	return code
}

func (c *config) captureRecord(source capture.Source) *inspect.Capture {
	links := []string{}
	for _, input := range source.Stats().Inputs {
		for _, link := range input.Links {
			if name := link.String(); !slices.Contains(links, name) {
				links = append(links, name)
			}
		}
	}
	return &inspect.Capture{
		Links:  links,
		Schema: inspect.SchemaVersion, Tool: "smtpscope", Version: version(),
		Inputs: c.names(), Live: c.live.wanted(), Ports: c.rules.Ports, AutoPorts: c.rules.AnyPort, ShowSecrets: c.showSecrets,
		CaptureFilter: c.packetFilter,
	}
}
