package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"runtime"
	"runtime/pprof"
	"slices"
	"syscall"

	"smtpscope/capture"
	"smtpscope/inspect"
	"smtpscope/report"
)

// run is the program: it returns the exit code and calls nobody's os.Exit.
// Results go to stdout, everything else to stderr.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c, err := parseFlags(args)
	if err != nil {
		complain(stderr, err)
		return exitUsage
	}
	switch {
	case c.help:
		return say(stdout, stderr, usage)
	case c.version:
		return say(stdout, stderr, "smtpscope "+version()+"\n")
	}
	stop, err := c.profile()
	if err != nil {
		complain(stderr, err)
		return exitUsage
	}
	defer stop()
	if err := c.checkKeys(); err != nil {
		complain(stderr, err)
		return exitUsage
	}
	if err := c.openKeytab(); err != nil {
		complain(stderr, err)
		return exitUsage
	}
	source, err := capture.OpenFiles(c.inputs, capture.Options{Rules: c.rules, Stdin: stdin, MaxPackets: c.maxPackets})
	if err != nil {
		complain(stderr, withRemedy(err))
		return exitUsage
	}
	defer source.Close()
	if c.wantsScreens(stdin, stdout) {
		return c.screens(source, stdout, stderr)
	}
	return c.inspect(source, stdout, stderr)
}

// say prints a text and nothing else.
func say(stdout, stderr io.Writer, text string) int {
	if _, err := io.WriteString(stdout, text); err != nil {
		complain(stderr, err)
		return exitUsage
	}
	return exitFine
}

// inspect reads the source to its end, or to an interrupt, and prints.
func (c *config) inspect(source capture.Source, stdout, stderr io.Writer) int {
	inspector := inspect.New(source, c.inspectOptions())
	printer := newPrinter(stdout, c.format, c.textOptions(stdout))
	sink := c.sink(printer)

	defer closeOnInterrupt(source)()
	progress := c.startProgress(source, inspector, stdout, stderr)
	err := printer.Begin(c.captureRecord(source))
	var summary *inspect.Summary
	if err == nil {
		summary, err = inspector.Run(sink)
		sink.summarize(summary)
		if endErr := printer.End(summary); err == nil {
			err = endErr
		}
	}
	progress.stop()
	return c.conclude(sink, summary, err, stderr)
}

// sink hands sessions to a viewer, as the flags say.
func (c *config) sink(to viewer) *sink {
	return &sink{viewer: to, filter: c.filter, requirement: requirement{allowed: c.require}, keep: c.save != ""}
}

// closeOnInterrupt ends the source at the first interrupt, so that what was
// read is printed; the second one ends the program the hard way, as when the
// reader of our output has stalled. The function returned takes that back.
func closeOnInterrupt(source capture.Source) func() {
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt, syscall.SIGTERM)
	over := make(chan struct{})
	go func() {
		select {
		case <-interrupts:
			signal.Stop(interrupts)
			source.Close()
		case <-over:
		}
	}()
	return func() {
		signal.Stop(interrupts)
		close(over)
	}
}

// conclude says on stderr what went wrong, saves packets if that is wanted, and
// finds the exit code.
func (c *config) conclude(sink *sink, summary *inspect.Summary, err error, stderr io.Writer) int {
	if summary != nil {
		for _, warning := range summary.Warnings {
			fmt.Fprintf(stderr, "smtpscope: %s\n", report.Printable(warning))
		}
		if n := summary.States["encrypted"]; n > 0 && c.keylog+c.tlsKey != "" {
			fmt.Fprintf(stderr, "smtpscope: %d sessions stay encrypted: keys are not used yet\n", n)
		}
	}
	if err != nil {
		complain(stderr, withRemedy(err))
		var internal *inspect.InternalError
		if errors.As(err, &internal) {
			fmt.Fprintf(stderr, "smtpscope: hint: please report this, with the lines that follow\n%s", internal.Stack)
		}
		return exitUsage
	}
	if c.save != "" {
		if _, err := c.savePackets(c.save, true, sink.connections); err != nil {
			complain(stderr, withRemedy(err))
			return exitUsage
		}
	}
	code, word := sink.requirement.outcome()
	if word != "" {
		fmt.Fprintf(stderr, "smtpscope: %s\n", word)
	}
	return code
}

func newPrinter(w io.Writer, format string, o report.TextOptions) report.Printer {
	switch format {
	case "json":
		return report.NewJSON(w)
	case "markdown":
		return report.NewMarkdown(w)
	}
	return report.NewText(w, o)
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
		Inputs: c.inputs, Ports: c.rules.Ports, AutoPorts: c.rules.AnyPort, ShowSecrets: c.showSecrets,
	}
}

// checkKeys makes sure that key files given can be read.
func (c *config) checkKeys() error {
	for _, name := range []string{c.keylog, c.tlsKey} {
		if name == "" {
			continue
		}
		f, err := os.Open(name)
		if err != nil {
			return withRemedy(err)
		}
		_, err = f.Read(make([]byte, 1))
		f.Close()
		if err != nil && !errors.Is(err, io.EOF) {
			return withRemedy(err)
		}
	}
	return nil
}

// withRemedy adds what helps to errors whose remedy is known.
func withRemedy(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return &hintError{err, "try it as a user who may read the file, for example with sudo"}
	}
	return err
}

// profile starts the profiles asked for; the function returned writes them.
func (c *config) profile() (stop func(), err error) {
	var cpu *os.File
	if c.profileCPU != "" {
		if cpu, err = os.Create(c.profileCPU); err != nil {
			return nil, err
		}
		if err := pprof.StartCPUProfile(cpu); err != nil {
			return nil, err
		}
	}
	return func() {
		if cpu != nil {
			pprof.StopCPUProfile()
			cpu.Close()
		}
		if c.profileAlloc != "" {
			writeHeapProfile(c.profileAlloc)
		}
	}, nil
}

func writeHeapProfile(name string) {
	f, err := os.Create(name)
	if err != nil {
		return
	}
	defer f.Close()
	runtime.GC()
	_ = pprof.Lookup("allocs").WriteTo(f, 0)
}
